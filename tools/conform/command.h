// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Commands of other programs, run to their end.
#ifndef WGSIM_TOOLS_CONFORM_COMMAND_H_
#define WGSIM_TOOLS_CONFORM_COMMAND_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace conformance {

// What a command has written and how it ended.
struct Ended {
  int code;         // exit code; 128 and the signal's number if it was killed
  std::string out;  // stdout and stderr
};

// Runs words[0] with the arguments words[1..] and `input` on stdin, and waits until it has ended;
// children that it leaves in the background go on. NotFound: there is no such program.
// DeadlineExceeded: it was killed after 20 s.
absl::StatusOr<Ended> RunWords(const std::vector<std::string>& words,
                               const std::string& input = "");

// The same; Internal with its output if the exit code is not 0.
absl::Status RunCommand(const std::vector<std::string>& words);

}  // namespace conformance

#endif  // WGSIM_TOOLS_CONFORM_COMMAND_H_
