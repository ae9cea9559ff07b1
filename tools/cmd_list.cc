// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim list: what comes with the program.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "protocol/profile.h"
#include "scenarios/cost_model_file.h"
#include "scenarios/headline.h"
#include "scenarios/text_layout.h"
#include "tools/commands.h"
#include "tools/files.h"

namespace tools {
namespace {

void Item(const std::string& name, const std::string& description, Console& console) {
  console.out << "  " << name << "\n" << scenario::Wrapped(description, 6);
}

// At most so many letters, cut at a blank.
std::string Cut(const std::string& text, size_t room) {
  if (text.size() <= room) return text;
  const size_t blank = text.rfind(' ', room - 3);
  return absl::StrCat(text.substr(0, blank == std::string::npos ? room - 3 : blank), "...");
}

absl::string_view GrainText(wg::Grain grain) {
  switch (grain) {
    case wg::Grain::kPerEntry:
      return "readers see every single change of an entry";
    case wg::Grain::kPerOperation:
      return "readers see whole operations: all of a list removed, one entry inserted";
    case wg::Grain::kPerRequest:
      return "readers see whole requests only";
  }
  return "";
}

// Each topic's scenarios, a line each.
void ListScenarios(Files* files, Console& console) {
  console.out << "Scenarios (wgsim run NAME, wgsim describe NAME):\n";
  std::vector<std::pair<std::string, scenario::Headline>> found;
  size_t width = 0;
  for (const std::string& path : files->ShippedPaths()) {
    absl::string_view name = path;
    if (!absl::ConsumePrefix(&name, "scenarios/")) continue;
    found.emplace_back(absl::StripSuffix(name, ".textproto"),
                       scenario::HeadlineOf(files->ReadShipped(path).value_or(""), path));
    width = std::max(width, found.back().first.size());
  }
  for (const scenario::Topic topic : scenario::kTopics) {
    bool first = true;
    for (const auto& [name, headline] : found) {
      if (headline.topic != topic) continue;
      if (first) console.out << "\n" << scenario::TitleOf(topic) << "\n";
      first = false;
      const size_t room = scenario::kTextWidth - width - 4;
      console.out << absl::StrFormat("  %-*s  %s\n", static_cast<int>(width), name, Cut(headline.sentence, room));
    }
  }
}

ExitCode Run(const Arguments& arguments, Console& console) {
  const std::string what = arguments.positional().empty() ? "" : arguments.positional()[0];
  if (arguments.positional().size() > 1 || (!what.empty() && what != "scenarios" &&
                                            what != "implementations" && what != "cost_models")) {
    return BadUsage(ListCommand(),
                    "write wgsim list, or wgsim list scenarios, implementations or cost_models",
                    console);
  }
  Files files;
  const bool all = what.empty();
  if (all || what == "scenarios") {
    ListScenarios(&files, console);
  }
  if (all || what == "implementations") {
    console.out << (all ? "\n" : "") << "Implementations (implementation: NAME in a scenario):\n";
    for (const wg::Profile* profile : wg::AllProfiles()) {
      Item(std::string(profile->name),
           absl::StrCat(GrainText(profile->grain), profile->has_remove_me
                                                       ? "; removes single allowed ips"
                                                       : "; cannot remove single allowed ips"),
           console);
    }
  }
  if (all || what == "cost_models") {
    console.out << (all ? "\n" : "") << "Cost models (cost_model: \"NAME\" in a scenario):\n";
    for (const std::string& path : files.ShippedPaths()) {
      if (!absl::StartsWith(path, "cost_models/")) continue;
      const std::string text = files.ReadShipped(path).value_or("");
      Item(std::string(absl::StripSuffix(absl::StripPrefix(path, "cost_models/"), ".textproto")),
           scenario::CostModelDescription(text), console);
    }
  }
  return kOk;
}

}  // namespace

Command ListCommand() {
  return {
      "list",
      "[scenarios|implementations|cost_models]",
      "lists scenarios, implementations and cost models",
      "Lists what comes with wgsim: scenarios, implementations of WireGuard that can be simulated, "
      "and price lists of machines.",
      {},
      &Run,
  };
}

}  // namespace tools
