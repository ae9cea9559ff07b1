# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Every way in which a test can fail is counted, and nothing is counted twice."""

import unittest

from tools import count_results

XML = """<testsuites tests="4" failures="1"><testsuite name="X">
<testcase name="Good" status="run"/>
<testcase name="Bad" status="run"><failure message="3"/></testcase>
<testcase name="Skipped" status="run" result="skipped"><skipped/></testcase>
<testcase name="DISABLED_Off" status="notrun"/>
</testsuite></testsuites>"""
ALL_GOOD = '<testsuites><testsuite name="X"><testcase name="A"/><testcase name="B"/></testsuite></testsuites>'


def result(status, uri=None):
    outputs = [{"name": "test.log", "uri": "file:///log"}] + ([{"name": "test.xml", "uri": uri}] if uri else [])
    return {"id": {"testResult": {}}, "testResult": {"status": status, "testActionOutput": outputs}}


def completed(success):
    return {"id": {"targetCompleted": {}}, "completed": {"success": True} if success else {}}


def count(*events):
    files = {"mixed": XML, "good": ALL_GOOD, "torn": "<testsuites><testsu"}
    return count_results.count(events, read=files.__getitem__)


class CountResults(unittest.TestCase):
    def test_cases_are_counted_and_skipped_ones_are_not(self):
        self.assertEqual(count(result("FAILED", "mixed")), (1, 1))
        self.assertEqual(count(result("PASSED", "good")), (2, 0))

    def test_a_failure_without_a_failing_case_counts_once(self):
        self.assertEqual(count(result("FAILED", "good")), (2, 1))

    def test_without_a_readable_report_a_test_counts_once(self):
        self.assertEqual(count(result("TIMEOUT")), (0, 1))
        self.assertEqual(count(result("FAILED", "torn")), (0, 1))
        self.assertEqual(count(result("PASSED")), (1, 0))

    def test_shards_and_targets_add_up(self):
        self.assertEqual(count(result("PASSED", "good"), result("FAILED", "mixed"), completed(True)), (3, 1))

    def test_a_target_that_does_not_build_is_a_failure(self):
        self.assertEqual(count(completed(False), {"id": {"targetCompleted": {}}, "aborted": {}}), (0, 2))


if __name__ == "__main__":
    unittest.main()
