// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The commands of wgsim. Each is a value in a table, so that help, dispatch and tests see the same.
#ifndef WGSIM_TOOLS_COMMANDS_H_
#define WGSIM_TOOLS_COMMANDS_H_

#include <optional>
#include <string>
#include <vector>

#include "scenarios/loader.h"
#include "tools/arguments.h"
#include "tools/console.h"

namespace tools {

struct Command {
  const char* name;
  const char* usage;    // what follows the name
  const char* summary;  // a line
  const char* help;     // paragraphs, separated by empty lines
  std::vector<Flag> flags;
  ExitCode (*run)(const Arguments& arguments, Console& console);
};

Command RunCommand();       // cmd_run.cc
Command ReportCommand();    // cmd_report.cc
Command WindowsCommand();   // cmd_windows.cc
Command ListCommand();      // cmd_list.cc
Command DescribeCommand();  // cmd_describe.cc
Command ConformCommand();    // cmd_conform.cc
Command CalibrateCommand();  // cmd_calibrate.cc
Command LiveCommand();      // cmd_live.cc
Command ReplayCommand();    // cmd_replay.cc
Command KernelCommand();     // cmd_kernel.cc
Command CompareCommand();    // cmd_kernel.cc

// All of them, in the order of --help.
std::vector<Command> AllCommands();

// The whole program behind argv[0].
ExitCode RunProgram(const std::vector<std::string>& words, Console& console);

// --- For the commands ---

// Says on the console that a flag or argument is wrong, and returns kBadInput.
ExitCode BadUsage(const Command& command, const std::string& message, Console& console);

// The flags by which a scenario is chosen and changed: --seed, --set, --variant.
std::vector<Flag> ScenarioFlags();
// Loads the one scenario that `arguments` name: a file, or one that comes with wgsim. Nothing: what
// is wrong was said.
std::optional<scenario::LoadedScenario> LoadFrom(const Command& command, const Arguments& arguments,
                                                 Console& console);

}  // namespace tools

#endif  // WGSIM_TOOLS_COMMANDS_H_
