# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""What docs/KERNEL_MAP.md says of this tree, compared with the tree.

A row is | `what` more words | `file`: `name`, `name`; `file`: `name` | remark |. Each file must exist and have each name
in it as a word, "Class::Name" both. Instead of files there may be a dash; then the remark says why.
"""

import re

KERNEL_FILES = ("allowedips.c", "cookie.c", "device.c", "main.c", "messages.h", "netlink.c", "noise.c", "peer.c",
                "peerlookup.c", "queueing.c", "ratelimiter.c", "receive.c", "selftest/allowedips.c",
                "selftest/counter.c", "selftest/ratelimiter.c", "send.c", "socket.c", "timers.c")
PLACE = re.compile(r"`(?P<file>[^`]+)`: (?P<names>`[^`]+`(, `[^`]+`)*)")
NONE = "–"


def sections(text):
    """The kernel's file names in headings -> lines of the section with their numbers."""
    found, lines = {}, None
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"## (.*)", line)
        if heading:
            lines = []
            for name in heading[1].split(", "):
                found[name] = lines
        elif lines is not None:
            lines.append((number, line))
    return found


def check_place(place, read):
    """The faults of "`file`: `name`, ..."; read(file) gives a file's text, or None."""
    match = PLACE.fullmatch(place)
    if not match:
        return ["%r is not `file`: `name`" % place]
    text = read(match["file"])
    if text is None:
        return ["there is no %s" % match["file"]]
    words = set(re.findall(r"\w+", text))
    names = re.findall(r"`([^`]+)`", match["names"])
    return ["%s knows no %s" % (match["file"], name) for name in names
            if not all(part.lstrip("~") in words for part in name.split("::"))]


def check(text, read, wanted=KERNEL_FILES):
    """All faults of a map that must have the `wanted` sections, as "line: fault"."""
    found = sections(text)
    faults = ["0: no section for %s" % name for name in wanted if name not in found]
    seen = set()
    for name, lines in found.items():
        for number, line in lines:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not line.startswith("| `"):
                continue
            if len(cells) != 3:
                faults.append("%d: %d cells" % (number, len(cells)))
                continue
            function, places, remark = cells
            if (number, function) not in seen and (id(lines), function) in seen:
                faults.append("%d: %s is there twice" % (number, function))
            seen |= {(number, function), (id(lines), function)}
            if places == NONE:
                if not remark:
                    faults.append("%d: %s has neither a place nor a reason" % (number, function))
                continue
            for place in places.split("; "):
                faults += ["%d: %s" % (number, fault) for fault in check_place(place, read)]
    return list(dict.fromkeys(faults))


def rows(text):
    """What the rows are about, in their order."""
    return re.findall(r"^\| `([^`]+)`", text, re.M)
