#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""A sample of what `wgsim conform --target=script:FILE` needs: replace the three lines marked so by your own.

This one starts wireguard-go. To show all verbs it hides the socket on which wireguard-go serves the text protocol and answers
`configure` and `get` itself; a program that serves that socket needs nothing but `start`.

Exit codes: 0 done, 89 cannot do that at all (UNSUPPORTED), anything else: what is written then is part of the report.
"""

import os
import socket
import subprocess
import sys

UNSUPPORTED = 89
INTERFACE = os.environ["WG_INTERFACE"]
FOLDER, HIDDEN = "/run/wireguard", "/run/hidden"


def ask(request):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("%s/%s.sock" % (HIDDEN, INTERFACE))
        client.sendall(request.encode())
        answer = ""
        while not answer.endswith("\n\n"):
            answer += client.recv(1 << 16).decode()
        return answer


def main(verb):
    if verb == "start":
        subprocess.run(["wireguard-go", INTERFACE], check=True)  # your own: the interface exists when this has ended
        os.mkdir(HIDDEN)
        subprocess.run(["mount", "--bind", FOLDER, HIDDEN], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "none", FOLDER], check=True)
    elif verb == "configure":
        print(ask(sys.stdin.read()), end="")  # your own: a set=1 request on stdin; "errno=NUMBER" and an empty line on stdout
    elif verb == "get":
        print(ask("get=1\n\n"), end="")  # your own: what the device is, as get=1 is answered
    elif verb != "stop":
        return UNSUPPORTED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
