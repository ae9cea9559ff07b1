// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim windows: every cut of the configuration's steps, every address of interest.
#include <vector>

#include "scenarios/plan_windows.h"
#include "scenarios/windows_text.h"
#include "tools/commands.h"

namespace tools {
namespace {

ExitCode Run(const Arguments& arguments, Console& console) {
  const std::optional<scenario::LoadedScenario> loaded =
      LoadFrom(WindowsCommand(), arguments, console);
  if (!loaded.has_value()) return kBadInput;
  std::vector<const scenario::Plan*> plans;
  for (const scenario::LoadedVariant& variant : loaded->variants) plans.push_back(&variant.plan);
  const std::vector<scenario::ChangeWindows> changes = scenario::WindowsOfPlans(plans);
  if (changes.empty()) {
    return BadUsage(WindowsCommand(),
                    loaded->file + ": the scenario changes nothing; add actions or churn", console);
  }
  const char* separator = "";
  for (const scenario::ChangeWindows& change : changes) {
    console.out << separator << "=== " << change.what << "\n\n";
    for (const scenario::Windows& windows : change.variants)
      console.out << scenario::WindowsTable(windows) << "\n";
    console.out << scenario::WindowsSummary(change.variants);
    separator = "\n";
  }
  return kOk;
}

}  // namespace

Command WindowsCommand() {
  return {
      "windows",
      "FILE.textproto [FLAGS]",
      "shows who answers for each address after every single step of a change",
      "The enumerated reading: a change of the configuration is a list of steps, and a reader may "
      "look between any two of them. For each "
      "of the scenario's changes and each variant this prints who answers for each address of "
      "interest at every cut. No traffic, no "
      "prices, no chance: what can happen at all.\n\n"
      "A cell is the peer that answers, \"-\" for nobody, \"NAME!\" for a wrong peer. Actions are "
      "shown at their first time; churn is "
      "shown by one example.\n\n"
      "  wgsim windows scenarios/replace_two_addresses.textproto",
      ScenarioFlags(),
      &Run,
  };
}

}  // namespace tools
