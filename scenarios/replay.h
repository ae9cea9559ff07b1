// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The command that runs something of a result again, as a shell takes it.
#ifndef WGSIM_SCENARIOS_REPLAY_H_
#define WGSIM_SCENARIOS_REPLAY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "scenarios/result.pb.h"

namespace scenario {

// "wgsim run FILE --seed=1 --variant=replace". No variants: all of them. A variant named twice counts once.
std::string ReplayCommand(const Result& result, absl::string_view program, const std::vector<std::string>& variants);

// `text` as one word of a shell.
std::string ShellQuoted(absl::string_view text);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_REPLAY_H_
