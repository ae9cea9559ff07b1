// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// LineProcess: a program that answers each line on its stdin with a line on its stdout. What it
// writes to stderr is its own.
#ifndef WGSIM_TOOLS_CONFORM_LINE_PROCESS_H_
#define WGSIM_TOOLS_CONFORM_LINE_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/live/fd.h"

namespace conformance {

class LineProcess {
 public:
  // For one answer; longest line.
  static constexpr std::chrono::seconds kPatience{10};
  static constexpr size_t kLongestLine = size_t{64} << 20;
  // The exit code of a program that cannot do what it is asked.
  static constexpr int kUnsupported = 89;

  // Starts `command` by the shell, in a process group of its own. That the command is none shows in
  // the first answer.
  static absl::StatusOr<std::unique_ptr<LineProcess>> Start(const std::string& command);
  // Kills what has not ended when its stdin is closed.
  ~LineProcess();
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  // Neither line with its end. Unimplemented: it ended with exit code 89. Unavailable: it ended
  // otherwise, or closed its stdout; says how. DeadlineExceeded: no whole line in time. OutOfRange:
  // a line too long.
  absl::StatusOr<std::string> Exchange(const std::string& line);

 private:
  LineProcess(pid_t child, live::Fd in, live::Fd out);

  absl::Status Write(const std::string& bytes, std::chrono::steady_clock::time_point end);
  // How it ended.
  absl::Status End();

  pid_t child_;   // 0: has been waited for
  live::Fd in_;   // its stdin
  live::Fd out_;  // its stdout
  std::string read_;
};

}  // namespace conformance

#endif  // WGSIM_TOOLS_CONFORM_LINE_PROCESS_H_
