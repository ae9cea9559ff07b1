# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Counts what Bazel did, from its build events: count_results.py EVENTS.json... prints "N passed, N failed".

EVENTS.json is what --build_event_json_file=EVENTS.json wrote. A test counts as many cases as its test.xml has (each TEST
of GoogleTest; one for any other test). What failed without a failing case (a crash, a leak found at exit, a timeout, a
target that does not build) counts as one failure. A case that was skipped counts as neither.
"""

import json
import sys
import urllib.parse
import xml.etree.ElementTree


def cases_of_xml(text):
    """(passed, failed) of a test.xml."""
    passed = failed = 0
    for case in xml.etree.ElementTree.fromstring(text).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is None and case.get("status") != "notrun":
            passed += 1
    return passed, failed


def read_uri(uri):
    with open(urllib.parse.unquote(urllib.parse.urlparse(uri).path), encoding="utf-8", errors="replace") as file:
        return file.read()


def cases_of_result(result, read=read_uri):
    """(passed, failed) of one testResult event: one run, or one shard of it."""
    passed = failed = 0
    for output in result.get("testActionOutput", []):
        if output["name"] == "test.xml":
            try:
                passed, failed = cases_of_xml(read(output["uri"]))
            except (OSError, xml.etree.ElementTree.ParseError):
                pass
    good = result["status"] in ("PASSED", "FLAKY")
    if good and passed + failed == 0:
        passed = 1
    if not good and failed == 0:
        failed = 1
    return passed, failed


def count(events, read=read_uri):
    """(passed, failed) of one call of Bazel, given its events."""
    passed = failed = 0
    for event in events:
        if "testResult" in event:
            more_passed, more_failed = cases_of_result(event["testResult"], read)
            passed += more_passed
            failed += more_failed
        elif "targetCompleted" in event["id"] and not event.get("completed", {}).get("success"):
            failed += 1
    return passed, failed


def main(paths):
    passed = failed = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            more_passed, more_failed = count(json.loads(line) for line in file)
        passed += more_passed
        failed += more_failed
    print("%d passed, %d failed" % (passed, failed))


if __name__ == "__main__":
    main(sys.argv[1:])
