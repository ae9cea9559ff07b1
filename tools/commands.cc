// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/commands.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "scenarios/diagnostics.h"
#include "scenarios/text_layout.h"
#include "scenarios/values.h"
#include "tools/files.h"

namespace tools {
namespace {

constexpr char kIntroduction[] =
    "wgsim simulates WireGuard: machines, links and the real protocol with real cryptography, in "
    "virtual time, the same on every "
    "machine. It shows what changes of a configuration do to connectivity.";
constexpr char kExitCodes[] =
    "Exit code: 0 ran and every expectation held; 1 an expectation did not hold; 2 bad input or "
    "usage, nothing was run; 3 the "
    "environment lacks something.";

std::string ProgramHelp() {
  std::string out = absl::StrCat(scenario::Wrapped(kIntroduction, 0),
                                 "\nUsage: wgsim COMMAND [FLAGS] [ARGUMENTS]\n\nCommands:\n");
  for (const Command& command : AllCommands())
    absl::StrAppend(&out, absl::StrFormat("  %-10s  %s\n", command.name, command.summary));
  absl::StrAppend(&out, "\nStart with:\n", "  wgsim run scenarios/cilium_churn.textproto\n",
                  "  wgsim windows scenarios/replace_two_addresses.textproto\n",
                  "\nwgsim COMMAND --help explains a command.\n", scenario::Wrapped(kExitCodes, 0));
  return out;
}

std::string CommandHelp(const Command& command) {
  std::string out = absl::StrCat("Usage: wgsim ", command.name, " ", command.usage, "\n\n");
  for (absl::string_view paragraph : absl::StrSplit(command.help, "\n\n")) {
    // Paragraphs that begin with a blank are shown as they are.
    absl::StrAppend(&out,
                    absl::StartsWith(paragraph, " ") ? absl::StrCat(paragraph, "\n")
                                                     : scenario::Wrapped(paragraph, 0),
                    "\n");
  }
  return absl::StrCat(out, FlagsHelp(command.flags), "\n", scenario::Wrapped(kExitCodes, 0));
}

std::optional<Command> FindCommand(absl::string_view name) {
  std::vector<Command> commands = AllCommands();
  for (Command& command : commands) {
    if (name == command.name) return std::move(command);
  }
  return std::nullopt;
}

ExitCode UnknownCommand(const std::string& word, Console& console) {
  std::vector<std::string> names = {"help"};
  for (const Command& command : AllCommands()) names.push_back(command.name);
  const std::string near = scenario::Nearest(word, names);
  console.err << "wgsim: there is no command \"" << word << "\"; "
              << (near.empty() ? "" : absl::StrCat("did you mean ", near, "? "))
              << "wgsim --help shows all\n";
  return kBadInput;
}

// The path by which a scenario that comes with wgsim is found under `name`: its path, its file's
// name, or that without extension.
std::string ShippedScenario(const std::string& name, Files* files) {
  for (const std::string& path : files->ShippedPaths()) {
    absl::string_view rest = path;
    if (!absl::ConsumePrefix(&rest, "scenarios/")) continue;
    if (name == path || name == rest || name == absl::StripSuffix(rest, ".textproto")) return path;
  }
  return "";
}

}  // namespace

std::vector<Command> AllCommands() {
  return {RunCommand(),      ReportCommand(),    WindowsCommand(), ListCommand(),
          DescribeCommand(), ConformCommand(),  CalibrateCommand(), LiveCommand(),
          ReplayCommand(),   KernelCommand(),   CompareCommand()};
}

ExitCode RunProgram(const std::vector<std::string>& words, Console& console) {
  if (words.empty()) {
    console.err << ProgramHelp();
    return kBadInput;
  }
  const std::string& word = words[0];
  if (word == "--help" || word == "-h" || (word == "help" && words.size() == 1)) {
    console.out << ProgramHelp();
    return kOk;
  }
  const bool help = word == "help";
  const std::string& name = help ? words[1] : word;
  const std::optional<Command> command = FindCommand(name);
  if (!command.has_value()) return UnknownCommand(name, console);
  if (help) {
    console.out << CommandHelp(*command);
    return kOk;
  }
  const absl::StatusOr<Arguments> arguments =
      Arguments::Parse({words.begin() + 1, words.end()}, command->flags);
  if (!arguments.ok())
    return BadUsage(*command, std::string(arguments.status().message()), console);
  if (arguments->Has("help")) {
    console.out << CommandHelp(*command);
    return kOk;
  }
  return command->run(*arguments, console);
}

ExitCode BadUsage(const Command& command, const std::string& message, Console& console) {
  console.err << "wgsim " << command.name << ": " << message << "\n";
  return kBadInput;
}

std::vector<Flag> ScenarioFlags() {
  return {
      {"seed", "N", "seed of every random choice, instead of the scenario's"},
      {"variant", "NAME", "only this variant", true},
      {"set", "PATH=VALUE",
       "changes a field of the scenario: duration=10s, links[0].rate=100Mbit/s, "
       "hosts.node.cores=8, flows[*].ip_recverr=true",
       true},
  };
}

std::optional<scenario::LoadedScenario> LoadFrom(const Command& command, const Arguments& arguments,
                                                 Console& console) {
  if (arguments.positional().size() != 1) {
    BadUsage(
        command,
        absl::StrCat(arguments.positional().empty() ? "which scenario?" : "one scenario at a time;",
                     " write wgsim ", command.name,
                     " FILE.textproto; wgsim list shows those that come with it"),
        console);
    return std::nullopt;
  }
  scenario::LoadOptions options;
  options.set = arguments.GetAll("set");
  options.variants = arguments.GetAll("variant");
  if (arguments.Has("seed")) {
    uint64_t seed = 0;
    if (!absl::SimpleAtoi(arguments.Get("seed"), &seed)) {
      BadUsage(command,
               absl::StrCat("--seed=", arguments.Get("seed"),
                            " is no seed; write a number from 0 to 18446744073709551615"),
               console);
      return std::nullopt;
    }
    options.seed = seed;
  }
  Files files;
  const std::string& file = arguments.positional()[0];
  std::string name = file;
  absl::StatusOr<std::string> text = files.Read(file);
  if (absl::IsNotFound(text.status())) {
    const std::string shipped = ShippedScenario(file, &files);
    if (!shipped.empty()) {
      name = shipped;
      text = files.ReadShipped(shipped);
    }
  }
  if (!text.ok()) {
    BadUsage(command,
             absl::StrCat(text.status().message(),
                          "; name a scenario file; wgsim list shows those that come with it"),
             console);
    return std::nullopt;
  }
  scenario::Diagnostics diagnostics;
  std::optional<scenario::LoadedScenario> loaded =
      scenario::LoadScenario(*text, name, options, &files, &diagnostics);
  if (!loaded.has_value()) console.err << diagnostics.ToString();
  return loaded;
}

}  // namespace tools
