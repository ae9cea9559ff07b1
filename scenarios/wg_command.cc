// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/wg_command.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "protocol/wg8/commands.h"
#include "protocol/wg8/config_file.h"

namespace scenario {
namespace {

using Verb = WgCommand::Verb;

struct VerbName {
  const char* name;
  Verb verb;
};
constexpr VerbName kVerbs[] = {{"set", Verb::kSet},           {"setconf", Verb::kSetconf}, {"addconf", Verb::kAddconf},
                               {"syncconf", Verb::kSyncconf}, {"show", Verb::kShow},       {"showconf", Verb::kShowconf}};

// There are no files: the word is the key itself, and this one is the empty file.
constexpr absl::string_view kNoKey = "/dev/null";

absl::StatusOr<std::string> KeyItself(const std::string& word) { return absl::string_view(word) == kNoKey ? std::string() : word; }

}  // namespace

bool ReadsFile(Verb verb) { return verb == Verb::kSetconf || verb == Verb::kAddconf || verb == Verb::kSyncconf; }
bool OnlyShows(Verb verb) { return verb == Verb::kShow || verb == Verb::kShowconf; }

absl::StatusOr<WgCommand> ParseWgCommand(absl::string_view text) {
  std::vector<std::string> words = absl::StrSplit(text, absl::ByAnyChar(" \t\n"), absl::SkipEmpty());
  if (!words.empty() && words.front() == "wg") words.erase(words.begin());
  for (const VerbName& known : kVerbs) {
    if (words.empty() || words.front() != known.name) continue;
    if (words.size() < 2) return absl::InvalidArgumentError(absl::StrCat("names no interface; write \"", known.name, " wg0\""));
    WgCommand command{.verb = known.verb, .device = words[1], .words = {}};
    command.words.assign(std::make_move_iterator(words.begin() + 2), std::make_move_iterator(words.end()));
    if (command.verb == Verb::kSet && command.words.empty()) {
      return absl::InvalidArgumentError("changes nothing; write what, as \"set wg0 listen-port 51821\"");
    }
    if (command.verb != Verb::kSet && !command.words.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", command.words.front(), "\" is too much; write \"", known.name, " ", command.device, "\"",
                       ReadsFile(known.verb) ? ", and the file in `file`" : "; a check compares what is shown"));
    }
    return command;
  }
  return absl::InvalidArgumentError(absl::StrCat("\"", words.empty() ? "" : words.front(),
                                                 "\" is no command; write set, setconf, addconf, syncconf, show or showconf"));
}

absl::StatusOr<wg::SetDevice> WgRequest(const WgCommand& command, absl::string_view file, const wg::GetDevice& running) {
  if (command.verb == Verb::kSet) return wg::wg8::SetRequest(command.words, KeyItself);
  absl::StatusOr<wg::SetDevice> parsed = wg::wg8::ParseConfigFile(file, "file");
  if (!parsed.ok()) return parsed.status();
  switch (command.verb) {
    case Verb::kSetconf:
      return wg::wg8::SetconfRequest(*std::move(parsed));
    case Verb::kAddconf:
      return wg::wg8::AddconfRequest(*std::move(parsed));
    default:
      return wg::wg8::SyncconfRequest(*std::move(parsed), running);
  }
}

}  // namespace scenario
