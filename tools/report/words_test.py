# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Numbers have three digits and a unit."""

import unittest

import words


class Words(unittest.TestCase):

    def test_times_change_their_unit_where_they_would_have_four_digits(self):
        for value, text in ((0, "0"), (0.5, "0.5 µs"), (1.234, "1.23 µs"), (89.0, "89.0 µs"), (999.4, "999 µs"), (999.6, "1.00 ms"),
                            (204_991, "205 ms"), (999_600, "1.00 s"), (29_400_000, "29.4 s"), (3.6e9, "3,600 s")):
            self.assertEqual(words.microseconds(value), text)

    def test_ratios_are_percent(self):
        for value, text in ((0, "0 %"), (0.000527, "0.0527 %"), (0.358, "35.8 %"), (1, "100 %"), (1e-9, "1.0e-07 %")):
            self.assertEqual(words.percent(value), text)

    def test_lists_end_with_and(self):
        self.assertEqual(words.listing([]), "")
        self.assertEqual(words.listing(["a"]), "a")
        self.assertEqual(words.listing(["a", "b", "c"]), "a, b and c")
        self.assertEqual(words.plural(1, "packet"), "1 packet")
        self.assertEqual(words.plural(2000, "packet"), "2,000 packets")

    def test_labels_are_shared_only_if_they_tell_apart(self):
        self.assertIsNone(words.shared_label(["a", "a"]))
        self.assertEqual(words.shared_label(["a", "b"]), ["a", "b"])


if __name__ == "__main__":
    unittest.main()
