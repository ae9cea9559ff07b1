# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""docs/SCENARIOS.md is what the comments of the .proto files and the tutorial say now, and every field has a comment."""

import difflib
import json
import os
import re
import subprocess
import tempfile
import unittest

from tools import make_scenarios_doc

WGSIM = os.path.abspath("tools/wgsim")


class ScenariosDocTest(unittest.TestCase):
    def test_it_is_up_to_date(self):
        with open(make_scenarios_doc.TARGET, encoding="utf-8") as file:
            now = file.read()
        difference = "\n".join(difflib.unified_diff(now.splitlines(), make_scenarios_doc.make().splitlines(),
                                                    "docs/SCENARIOS.md", "as it would be made now", lineterm="", n=1))
        self.assertEqual(difference, "", "run tools/make_scenarios_doc.py\n" + difference)

    def test_every_message_and_enum_of_the_language_says_what_it_is(self):
        silent = []
        files = {file.name: file for file in make_scenarios_doc.descriptors()}
        language = files[make_scenarios_doc.LANGUAGE]
        for file in [language] + [files[name] for name in language.dependency]:
            said = make_scenarios_doc.comments(file)
            silent += [message.name for i, message in enumerate(file.message_type)
                       if (4, i) not in said and message.name != "Scenario"]
            silent += [enum.name for i, enum in enumerate(file.enum_type) if (5, i) not in said]
            for i, message in enumerate(file.message_type):
                if message.field and (4, i, 2, 0) not in said:
                    silent.append(message.name + "." + message.field[0].name)
        self.assertEqual(silent, [], "write comments in the .proto files")

    def test_the_tutorial_is_a_scenario_that_does_what_it_says(self):
        with open(make_scenarios_doc.TUTORIAL, encoding="utf-8") as file:
            parts = re.findall(r"^```textproto\n(.*?)^```", file.read(), re.M | re.S)
        self.assertGreaterEqual(len(parts), 6)
        with tempfile.TemporaryDirectory() as folder:
            path, result = os.path.join(folder, "our_cluster.textproto"), os.path.join(folder, "result.json")
            with open(path, "w", encoding="utf-8") as file:
                file.write("".join(parts))
            run = subprocess.run([WGSIM, "run", path, "--strict", "--crypto=modelled", "--json=" + result],
                                 capture_output=True, text=True, timeout=300, check=False)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            with open(result, encoding="utf-8") as file:
                replace, remove_me = json.load(file)["variants"]
            with open(make_scenarios_doc.TUTORIAL, encoding="utf-8") as file:
                text = file.read()
            for figure in ("offered", "delivered", "refused", "dropped"):
                row = r"^  %s +%s +%s$" % (figure, "{:,}".format(replace["bystanders"][figure]),
                                           "{:,}".format(remove_me["bystanders"][figure]))
                self.assertRegex(text, re.compile(row, re.M))


if __name__ == "__main__":
    unittest.main()
