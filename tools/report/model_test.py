# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""What the page says of results."""

import unittest

import model


def variant(name, refused=0, offered=1000):
    return {"name": name, "bystanders": {"flows": 2, "offered": offered, "delivered": offered - refused, "refused": refused,
                                         "loss_ratio": refused / offered, "longest_outage_us": 1500.0 * bool(refused)}}


def result(**more):
    return dict({"scenario": "churn", "seed": 1, "file": "churn.textproto", "virtual_seconds": 20,
                 "variants": [variant("replace", 12), variant("remove_me")], "expectations": []}, **more)


class Verdict(unittest.TestCase):

    def test_says_what_was_compared_and_what_it_lost(self):
        text = " ".join(model.verdict_text(result()))
        self.assertIn("replace and remove_me under the same traffic for 20 s", text)
        self.assertIn("replace lost 12 of 1,000 packets (1.20 %; longest outage 1.50 ms); remove_me lost none.", text)
        self.assertNotIn("changes were about", text)  # no such flows

    def test_says_so_when_nothing_was_lost(self):
        self.assertIn("No packet to addresses that nobody meant to touch was lost in any variant.",
                      model.verdict_text(result(variants=[variant("a"), variant("b")])))

    def test_names_the_worst_variants_and_counts_the_others(self):
        text = " ".join(model.verdict_text(result(variants=[variant(f"v{i}", i) for i in range(10)])))
        self.assertIn("10 variants", text)
        self.assertLess(text.index("v9 lost"), text.index("v8 lost"))
        self.assertIn("6 further variants lost fewer", text)
        self.assertIn("v0 lost none", text)

    def test_fails_for_each_of_the_things_that_can_fail(self):
        self.assertTrue(model.held(result()))
        self.assertFalse(model.says_anything(result()))
        self.assertFalse(model.held(result(expectations=[{"text": "a == b"}])))
        self.assertTrue(model.held(result(expectations=[{"text": "a == b", "held": True}])))

    def test_a_failed_check_fails_and_checks_are_claims(self):
        def with_check(held):
            return result(variants=[{**variant("v"), "checks": [{"name": "port", "seen": "1", "held": held}]}])
        self.assertFalse(model.held(with_check(False)))
        self.assertTrue(model.held(with_check(True)))
        self.assertTrue(model.says_anything(with_check(True)))
        self.assertEqual([c["variant"] for c in model.failed_checks(with_check(False))], ["v"])
        self.assertIn("0 of 1 check held.", model.verdict_text(with_check(False)))
        self.assertFalse(model.held(result(strict_findings=["nothing expected"])))
        self.assertFalse(model.held(result(baseline={"file": "b.json"})))
        self.assertTrue(model.held(result(baseline={"file": "b.json", "held": True})))
        self.assertTrue(model.held(result(baseline={"file": ""})))


class Names(unittest.TestCase):

    def test_one_result_needs_no_name(self):
        self.assertEqual([r.label for r in model.runs_of(model.name_results(["a.json"], [result()]))], ["replace", "remove_me"])

    def test_several_are_named_by_what_tells_them_apart(self):
        def names(*changes, files=("x/a.json", "x/b.json")):
            return [r.name for r in model.name_results(list(files), [result(**c) for c in changes])]
        self.assertEqual(names({"scenario": "one"}, {"scenario": "two"}), ["one", "two"])
        self.assertEqual(names({"seed": 1}, {"seed": 2}), ["seed 1", "seed 2"])
        self.assertEqual(names({}, {}), ["a", "b"])
        self.assertEqual(names({}, {}, files=("x/a.json", "y/a.json")), ["x/a.json", "y/a.json"])
        self.assertEqual(names({}, {}, files=("a.json", "a.json")), ["1", "2"])


class Tables(unittest.TestCase):

    def runs(self, **more):
        return model.runs_of([model.Result("", result(**more))])

    def test_comparison_marks_what_was_lost(self):
        rows = {row.name: row for part in model.comparison(self.runs()) for row in part.rows}
        self.assertEqual(rows["Refused"].cells, ["12", "0"])
        self.assertEqual(rows["Refused"].bad, [True, False])
        self.assertEqual(rows["Loss"].cells, ["1.20 %", "0 %"])

    def test_rows_that_few_scenarios_have_are_there_when_they_say_something(self):
        one = dict(variant("a"), sessions_lost=3)
        one["bystanders"]["longest_stall_us"] = 2000.0
        rows = {row.name: row.cells for part in model.comparison(self.runs(variants=[one])) for row in part.rows}
        self.assertEqual((rows["Sessions lost with them"], rows["Longest stall"]), (["3"], ["2.00 ms"]))
        self.assertNotIn("Peers removed", rows)
        self.assertNotIn("Sent again", rows)

    def test_causes_are_summed_over_groups_most_first(self):
        one = variant("a")
        one["bystanders"]["drops"] = [{"place": "wg0 on b", "reason": "unallowed_source", "count": 3}]
        one["touched"] = {"errnos": [{"name": "ENOKEY", "count": 5}], "misdirected": 2,
                          "drops": [{"place": "wg0 on b", "reason": "unallowed_source", "count": 4}]}
        rows = model.causes(self.runs(variants=[one]))
        self.assertEqual([(r.name, r.cells) for r in rows], [("wg0 on b: unallowed_source", ["7"]), ("refused: ENOKEY", ["5"]),
                                                             ("sealed to the wrong peer", ["2"])])

    def test_a_result_of_another_version_is_shown_as_far_as_it_goes(self):
        runs = model.runs_of([model.Result("", {"variants": [{"name": "a"}]})])
        self.assertTrue(model.comparison(runs))
        self.assertEqual(model.causes(runs), [])
        self.assertEqual(model.worst_flows(runs), [])
        self.assertTrue(model.verdict_text({"variants": [{"name": "a"}]}))


class Sweep(unittest.TestCase):

    def sweep(self, *names):
        return model.sweep(model.runs_of([model.Result("", {"variants": [{"name": n} for n in names]})]))

    def test_names_tell_the_points(self):
        found = self.sweep("replace/cores=2", "replace/cores=4", "remove_me/cores=2")
        self.assertEqual(found["fields"], ["cores"])
        self.assertEqual(found["points"][2], {"run": 2, "base": "remove_me", "fields": {"cores": "2"}})

    def test_several_fields_and_no_base(self):
        self.assertEqual(self.sweep("a/x=1/y=2", "a/x=1/y=3")["points"][1]["fields"], {"x": "1", "y": "3"})
        self.assertEqual(self.sweep("a/x=1,y=2", "a/x=1,y=3")["points"][1]["fields"], {"x": "1", "y": "3"})
        self.assertEqual(self.sweep("x=1", "x=2")["points"][0]["base"], "run")

    def test_variants_without_points_are_no_sweep(self):
        self.assertIsNone(self.sweep("replace", "remove_me"))


if __name__ == "__main__":
    unittest.main()
