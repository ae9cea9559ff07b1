# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The page in headless Chromium: clicks, zooms, themes, keys; no error on the console, and no request but for the page."""

import os
import shutil
import subprocess
import tempfile
import unittest

import browser

WGSIM = os.path.abspath("tools/wgsim")


class Page(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.page = os.path.join(cls.folder, "page.html")
        # Exit code 1: an expectation is to fail.
        done = subprocess.run([WGSIM, "run", "cilium_churn", "--set=duration=3s", "--crypto=modelled", "--quiet",
                               "--set=expectations[0]=replace.bystanders.refused == 123456789", f"--report={cls.page}"],
                              cwd=cls.folder, check=False, capture_output=True, text=True)
        assert done.returncode == 1, done.stderr
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.__exit__)

    def setUp(self):
        self.browser.console.clear()
        self.browser.requests.clear()
        self.browser.resize(1280, 900)
        self.browser.prefer("light")
        self.browser.open(self.page)

    def tearDown(self):
        self.assertEqual(self.browser.console, [])
        self.assertEqual([r for r in self.browser.requests if not r.startswith("data:")], ["file://" + self.page])

    def run_js(self, script):
        return self.browser.run(script)

    def span(self):
        return self.run_js("report.part.to - report.part.from")

    def focus_chart(self):
        self.run_js("document.querySelector('#timeline svg').focus()")

    def test_the_verdict_comes_first_with_a_command_to_copy(self):
        first = self.run_js("document.querySelector('main section').textContent")
        self.assertIn("Failed", first)
        self.assertIn("lost", first)
        self.assertIn("--variant=replace", self.run_js("document.querySelector('.failure code:last-of-type') && "
                                                       "document.querySelector('.failure .command code').textContent"))
        self.browser.click(".failure button.copy")
        self.assertIn(self.run_js("document.querySelector('.failure button.copy').textContent"), ("Copied", "Selected"))

    def test_every_chart_has_a_curve_a_label_and_a_table(self):
        ids = self.run_js("[...document.querySelectorAll('#charts figure')].map(f => f.id)")
        self.assertEqual(ids[:3], ["timeline", "loss", "latency"])
        self.assertIn("cores", ids)
        self.assertIn("links", ids)
        for name in ids:
            self.assertGreater(len(self.run_js(f"document.querySelector('#{name} svg').getAttribute('aria-label')")), 20)
            if name != "timeline":
                self.assertGreater(self.run_js(f"document.querySelectorAll('#{name} path.curve').length"), 0, name)
            self.browser.click(f"#{name} summary")
            self.assertGreater(self.run_js(f"document.querySelectorAll('#{name} tbody tr').length"), 0, name)

    def test_buttons_zoom_and_move(self):
        whole = self.span()
        self.browser.click("[data-do=in]")
        self.assertAlmostEqual(self.span(), whole / 2)
        at = self.run_js("report.part.from")
        self.browser.click("[data-do=right]")
        self.assertGreater(self.run_js("report.part.from"), at)
        self.browser.click("[data-do=left]")
        self.browser.click("[data-do=out]")
        self.assertEqual(self.span(), whole)
        self.browser.click("[data-do=in]")
        self.browser.click("[data-do=all]")
        self.assertEqual(self.span(), whole)

    def test_the_wheel_zooms_around_the_pointer_and_dragging_moves(self):
        self.browser.middle("#loss svg")
        self.browser.wheel("#loss svg", -150)
        self.assertAlmostEqual(self.span(), 1.5e9, delta=1e6)
        at = self.run_js("report.part.from")
        self.browser.drag("#loss svg", 100)
        self.assertLess(self.run_js("report.part.from"), at)
        self.browser.drag("#loss svg", 100, shift=True)
        self.assertLess(self.span(), 0.3e9)

    def test_keys_zoom_down_to_single_microseconds_and_back(self):
        self.focus_chart()
        for _ in range(40):
            self.browser.press("+")
        self.assertEqual(self.span(), 500)
        ticks = self.run_js("[...document.querySelectorAll('#timeline .axis .tick text')].map(t => t.textContent)")
        self.assertTrue(ticks and all("µs" in tick for tick in ticks), ticks)
        self.assertEqual(len(set(ticks)), len(ticks))
        at = self.run_js("report.part.from")
        self.browser.press("ArrowRight")
        self.assertAlmostEqual(self.run_js("report.part.from") - at, 100, places=3)
        self.browser.press("0")
        self.assertEqual(self.span(), 3e9)

    def test_keys_go_from_event_to_event_and_read_values(self):
        self.focus_chart()
        self.browser.press("n")
        first = self.run_js("document.querySelector('.event').textContent")
        self.assertRegex(first, "(Outage|exposed)")
        self.browser.press("n")
        self.assertNotEqual(self.run_js("document.querySelector('.event').textContent"), first)
        self.browser.press("p")
        self.assertEqual(self.run_js("document.querySelector('.event').textContent"), first)
        self.browser.press("0")
        self.run_js("document.querySelector('#latency svg').focus()")
        self.browser.press("]")
        self.assertIn("Latency at", self.run_js("document.getElementById('read').textContent"))

    def test_the_longest_outage_is_where_the_table_says(self):
        self.browser.click("[data-do=longest]")
        self.assertTrue(self.run_js("report.chosen.begin >= report.part.from && report.chosen.end <= report.part.to"))
        self.assertEqual(self.run_js("report.chosen.kind"), "outage")
        self.assertTrue(self.run_js("report.data.runs[report.chosen.run].label === 'replace'"))
        self.assertEqual(self.run_js("Math.round((report.chosen.end - report.chosen.begin) / 1000)"),
                         self.run_js("Math.round(report.data.runs[report.chosen.run].figures.outage)"))

    def test_a_click_tells_of_a_bar(self):
        self.browser.click("[data-do=longest]")
        self.run_js("document.querySelector('.event').replaceChildren()")
        self.browser.click("#timeline rect.bar.outage.chosen")
        self.assertIn("Outage", self.run_js("document.querySelector('.event').textContent"))

    def test_the_pointer_reads_values(self):
        x, y = self.browser.middle("#latency svg")
        self.browser.mouse("mouseMoved", x, y)
        self.assertIn("p99", self.run_js("document.getElementById('tip').textContent"))
        self.assertFalse(self.run_js("document.getElementById('tip').hidden"))

    def test_variants_are_switched_off_and_on(self):
        before = self.run_js("document.querySelectorAll('#loss path.curve').length")
        self.browser.click("#legend input")
        self.assertEqual(self.run_js("document.querySelectorAll('#loss path.curve').length"), before - 1)
        self.browser.click("#legend input")
        self.assertEqual(self.run_js("document.querySelectorAll('#loss path.curve').length"), before)

    def test_a_variant_has_the_same_colour_everywhere(self):
        colours = self.run_js(
            "['#comparison thead .swatch', '#legend .swatch'].map(s => getComputedStyle(document.querySelectorAll(s)[1]).backgroundColor)"
            ".concat(getComputedStyle(document.querySelectorAll('#loss path.curve')[1]).stroke)")
        self.assertEqual(len(set(colours)), 1, colours)

    def test_themes(self):
        def back():
            return self.run_js("getComputedStyle(document.body).backgroundColor")
        light = back()
        self.browser.prefer("dark")
        dark = back()
        self.assertNotEqual(light, dark)
        self.browser.click("#theme")
        self.assertEqual((back(), self.run_js("document.getElementById('theme').textContent")), (light, "Theme: light"))
        self.browser.click("#theme")
        self.assertEqual((back(), self.run_js("document.getElementById('theme').textContent")), (dark, "Theme: dark"))
        self.browser.click("#theme")
        self.browser.prefer("light")
        self.assertEqual(back(), light)

    def test_text_stands_out_in_both_themes(self):
        luminance = ("(c => { const [r, g, b] = c.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)"
                     ".map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; })")
        for scheme in ("light", "dark"):
            self.browser.prefer(scheme)
            for selector in ("body", ".hint", "td.bad", ".badge", "a", ".run-name", ".lane-name"):
                for_text = "fill" if "name" in selector else "color"
                ratio = self.run_js(
                    f"(() => {{ const l = {luminance}; const e = document.querySelector('{selector}');"
                    f" const a = l(getComputedStyle(e).{for_text}), b = l(getComputedStyle(document.body).backgroundColor);"
                    " return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); })()")
                self.assertGreaterEqual(ratio, 4.5, (scheme, selector))

    def test_tab_reaches_everything_and_shows_where_it_is(self):
        names = []
        for _ in range(60):
            self.browser.press("Tab")
            names.append(self.run_js("document.activeElement.id || document.activeElement.dataset.do || document.activeElement.tagName"))
            if names[-1] != "BODY":
                self.assertNotEqual(self.run_js("getComputedStyle(document.activeElement).outlineStyle"), "none", names[-1])
        for name in ("theme", "in", "longest", "group", "svg", "SUMMARY"):
            self.assertIn(name, names)

    def test_narrow_windows_do_not_scroll_sideways(self):
        for width in (1280, 640, 380):
            self.browser.resize(width, 900)
            self.assertLessEqual(self.run_js("document.documentElement.scrollWidth"), width)

    def test_paper_shows_the_whole_run(self):
        self.browser.click("[data-do=in]")
        span = self.span()
        self.run_js("addEventListener('afterprint', () => {}); window.printed = null;"
                    "addEventListener('beforeprint', () => { window.printed = [report.part.to - report.part.from,"
                    " document.documentElement.dataset.theme]; })")
        self.assertGreater(len(self.browser.print_pdf()), 20_000)
        self.assertEqual(self.run_js("window.printed"), [3e9, "light"])
        self.assertEqual(self.span(), span)


if __name__ == "__main__":
    unittest.main()
