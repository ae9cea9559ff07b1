#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Turns text files into a C++ source that defines tools::ShippedFiles(): embed.py FILE... > shipped_files.cc"""

import re
import sys

DELIMITER = "WGSIM"


def main(paths):
    out = [
        "// Made by tools/embed.py.",
        '#include "tools/shipped_files.h"',
        "",
        "namespace tools {",
        "",
        "absl::Span<const ShippedFile> ShippedFiles() {",
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
