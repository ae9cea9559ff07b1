# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The whole tree follows the rules of tidy.py.

Bazel shows a test only the files that it names, and this one wants all: it follows the link of WORKSPACE to the checkout.
Hence it is tagged "external", which makes Bazel run it each time.
"""

import os
import sys

from tools.tidy import tidy


def main():
    root = os.path.dirname(os.path.realpath("WORKSPACE"))
    files = tidy.files_of(root)
    if len(files) < 20:
        print("only %d files in %s: that is no checkout" % (len(files), root))
        return 1
    findings = tidy.check_tree(files, tidy.EXCEPTIONS)
    for finding in findings:
        print(finding)
    print("%d files, %d findings" % (len(files), len(findings)))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
