# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""What the page's script gets is bounded, and safe within a page."""

import json
import unittest

import data
import model


def series(changes=50, steps=64, outages=100, loads=12):
    numbers = [123456] * 300
    group = {key: numbers for key in ("offered", "delivered", "refused", "misdirected", "dropped", "delay_p50_ns", "delay_p99_ns",
                                      "delay_max_ns")}
    return {
        "bucket_ns": 100, "end_ns": 30000, "bystanders": group, "touched": {"offered": [0] * 300},
        "queues": [{"name": f"q{i}", "depth": numbers} for i in range(loads)],
        "cores": [{"host": "a", "core": i, "hardirq_ns": numbers, "softirq_ns": numbers, "threads_ns": numbers} for i in range(loads)],
        "links": [{"name": f"l{i}", "bits_per_second": 10, "bytes": numbers} for i in range(loads)],
        "changes_begun": numbers, "changes_exposed": numbers,
        "changes": [{"begin_ns": i, "end_ns": i + 10, "device": "a wg0", "what": "remove </script> 10.0.0.1/32",
                     "steps": [{"at_ns": i + s, "what": f"step {s}"} for s in range(steps)], "steps_left_out": 7,
                     "exposures": [{"begin_ns": i, "end_ns": i + 5, "address": "10.0.0.1", "role": "bystander", "to_nobody_ns": i}]
                     if i % 2 else []} for i in range(changes)],
        "faults": [{"begin_ns": 3, "end_ns": 9, "name": "apart", "what": "a reach nobody else"}],
        "outages": [{"begin_ns": i, "end_ns": i + i, "flow": "f", "role": "touched", "packets": 1} for i in range(outages)],
    }


def runs(number, **more):
    return [model.Run(f"v{i}", 0, {"name": f"v{i}", "series": [series(**more)]}) for i in range(number)]


class PageData(unittest.TestCase):

    def test_one_run_is_whole(self):
        found = json.loads(data.page_data(runs(1), []))
        self.assertEqual(found["reduced"], "")
        shown = found["runs"][0]["series"]
        self.assertEqual(len(shown["changes"]), 50)
        begin, end, device, what, steps, exposures, all_steps = shown["changes"][1]
        self.assertEqual((begin, end, found["words"][device], len(steps), all_steps), (1, 11, "a wg0", 64, 71))
        self.assertEqual(found["words"][what], "remove </script> 10.0.0.1/32")
        self.assertEqual(exposures[0][:2], [0, 5])
        self.assertIsNone(shown["groups"][1])
        begin, end, name, what = shown["faults"][0]
        self.assertEqual((begin, end, found["words"][name], found["words"][what]), (3, 9, "apart", "a reach nobody else"))
        self.assertEqual(len(shown["queues"]), 12)

    def test_nothing_ends_the_script_element(self):
        self.assertNotIn("<", data.page_data(runs(1), []))

    def test_many_runs_fit_and_the_longest_stay(self):
        text = data.page_data(runs(20, changes=400, steps=16, outages=1000), [])
        self.assertLess(len(text), data.BUDGET)
        found = json.loads(text)
        self.assertNotEqual(found["reduced"], "")
        shown = found["runs"][0]["series"]
        self.assertTrue(shown["outages"])
        self.assertEqual(max(end - begin for begin, end, *_ in shown["outages"]), 999)
        self.assertIn(399, [begin for begin, *_ in shown["changes"]])
        self.assertEqual(shown["outages"], sorted(shown["outages"]))

    def test_too_many_runs_go_without_series(self):
        text = data.page_data(runs(40, steps=4), [], budget=100_000)
        self.assertLess(len(text), 100_000)
        self.assertIn("too many variants", json.loads(text)["reduced"])

    def test_a_run_without_series_has_its_figures(self):
        found = json.loads(data.page_data([model.Run("a", 0, {"name": "a", "bystanders": {"loss_ratio": 0.25, "refused": 3}})], []))
        self.assertIsNone(found["runs"][0]["series"])
        self.assertEqual(found["runs"][0]["figures"]["loss"], 25)
        self.assertEqual(found["runs"][0]["figures"]["lost"], 3)


if __name__ == "__main__":
    unittest.main()
