// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// One command of wg(8) on a script's command line: which it is, of which interface, and the request that comes of it.
#ifndef WGSIM_SCENARIOS_WG_COMMAND_H_
#define WGSIM_SCENARIOS_WG_COMMAND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protocol/config.h"

namespace scenario {

struct WgCommand {
  enum class Verb : uint8_t { kSet, kSetconf, kAddconf, kSyncconf, kShow, kShowconf };
  Verb verb{};
  std::string device;
  std::vector<std::string> words;  // of set: what stands behind the interface
};

// Whether the command reads a file.
bool ReadsFile(WgCommand::Verb verb);
// Whether it only looks.
bool OnlyShows(WgCommand::Verb verb);

// "set wg0 listen-port 1": keys stand in it already. A leading "wg" is read over. InvalidArgument says what is wrong and what would be
// right; the values of set are looked at by WgRequest.
absl::StatusOr<WgCommand> ParseWgCommand(absl::string_view text);

// What the command asks of a device that is `running` now. `file`: of those that read one. InvalidArgument names the word, or the line
// of the file. REQUIRES: not OnlyShows.
absl::StatusOr<wg::SetDevice> WgRequest(const WgCommand& command, absl::string_view file, const wg::GetDevice& running);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_WG_COMMAND_H_
