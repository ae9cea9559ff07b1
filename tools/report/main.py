# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""main.py --output=PAGE.html --name=NAME RESULT.json ...: the page of wgsim report and wgsim run --report.

wgsim checks the results, compares them with a baseline, and calls this; it is no command of its own. --check only finds out
whether everything is there. Exit code: 0; 3 when something is missing, and then a line on stderr says what to install.
"""

import argparse
import json
import os
import sys
import tempfile
from typing import List

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

ENVIRONMENT = 3
# The Python that Debian's packages are for. The first one on PATH may be another.
DEBIANS_PYTHON = "/usr/bin/python3"


def missing() -> List[str]:
    """Debian packages that are not there."""
    packages = []
    try:
        import jinja2  # noqa: F401 pylint: disable=unused-import,import-outside-toplevel
    except ImportError:
        return ["python3-jinja2"] + ([] if os.path.exists("/usr/share/nodejs/d3/dist/d3.min.js") else ["node-d3"])
    import page  # pylint: disable=import-outside-toplevel
    if not os.path.exists(page.D3):
        packages.append("node-d3")
    return packages


def write_whole(path: str, text: str) -> None:
    """Whole or not at all; into what is no file (a pipe, /dev/stdout) directly."""
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return
    mask = os.umask(0)
    os.umask(mask)
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path) or ".", prefix=os.path.basename(path) + ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def main(arguments: List[str]) -> int:
    parser = argparse.ArgumentParser(description="makes a page out of results of wgsim")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--output")
    parser.add_argument("--name", action="append", default=[])
    parser.add_argument("results", nargs="*")
    options = parser.parse_intermixed_args(arguments)
    packages = missing()
    if packages and os.path.exists(DEBIANS_PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(DEBIANS_PYTHON):
        os.execv(DEBIANS_PYTHON, [DEBIANS_PYTHON, "-B", "-I", os.path.abspath(__file__), *arguments])
    if packages:
        print(f"the page needs what is not installed here: apt-get install {' '.join(packages)}", file=sys.stderr)
        return ENVIRONMENT
    if options.check:
        return 0
    import model  # pylint: disable=import-outside-toplevel
    import page  # pylint: disable=import-outside-toplevel
    loaded = []
    for path in options.results:
        with open(path, encoding="utf-8") as file:
            loaded.append(json.load(file))
    try:
        write_whole(options.output, page.render(model.name_results(options.name or options.results, loaded)))
    except OSError as error:
        print(f"{options.output}: {error.strerror}", file=sys.stderr)
        return ENVIRONMENT
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
