#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Turns text files into a C++ source that defines a function of them.

    embed.py FILE... > shipped_files.cc                           tools::ShippedFiles(), declared in tools/shipped_files.h
    embed.py --function=ReportFiles FILE... > report_files.cc     tools::ReportFiles(), declared in tools/report_files.h
"""

import re
import sys

DELIMITER = "WGSIM"


def main(paths):
    function = "ShippedFiles"
    if paths and paths[0].startswith("--function="):
        function = paths[0].partition("=")[2]
        paths = paths[1:]
    out = [
        "// Made by tools/embed.py.",
        '#include "tools/%s.h"' % re.sub("(?<!^)([A-Z])", r"_\1", function).lower(),
        "",
        "namespace tools {",
        "",
        "absl::Span<const ShippedFile> %s() {" % function,
        "  static constexpr ShippedFile kFiles[] = {",
    ]
    for path in sorted(paths):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if ")" + DELIMITER in text:
            sys.exit("%s contains )%s" % (path, DELIMITER))
        # In a build of another workspace all of wgsim lies below external/.
        name = re.sub("^external/[^/]+/", "", path)
        out.append('      {"%s",\n       R"%s(%s)%s"},' % (name, DELIMITER, text, DELIMITER))
    out += ["  };", "  return kFiles;", "}", "", "}  // namespace tools"]
    print("\n".join(out))


if __name__ == "__main__":
    main(sys.argv[1:])
