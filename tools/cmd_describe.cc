// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim describe: a scenario in words.
#include "scenarios/describe.h"
#include "tools/commands.h"

namespace tools {
namespace {

ExitCode Run(const Arguments& arguments, Console& console) {
  const std::optional<scenario::LoadedScenario> loaded =
      LoadFrom(DescribeCommand(), arguments, console);
  if (!loaded.has_value()) return kBadInput;
  console.out << scenario::Describe(*loaded);
  return kOk;
}

}  // namespace

Command DescribeCommand() {
  return {
      "describe",
      "FILE.textproto [FLAGS]",
      "tells in words what a scenario consists of",
      "Checks a scenario and tells in words what it consists of: machines, links, WireGuard "
      "interfaces, pods, traffic, changes, variants and "
      "expectations, with all templates unfolded.\n\n"
      "  wgsim describe scenarios/cilium_churn.textproto",
      ScenarioFlags(),
      &Run,
  };
}

}  // namespace tools
