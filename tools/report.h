// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Report: makes a page out of results, by the Python program of tools/report, which wgsim carries inside. It is written to a
// folder of its own, run by the python3 of the machine, and taken away again.
#ifndef WGSIM_TOOLS_REPORT_H_
#define WGSIM_TOOLS_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "scenarios/result.pb.h"

namespace tools {

class Report {
 public:
  Report() = default;
  ~Report();
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;

  // Whether everything is there that a page needs: for before a long run. The error says what to install.
  absl::Status Open();
  // Writes the page whole or not at all. `names`: what each result is called on the page. REQUIRES: open; as many names as
  // results.
  absl::Status Write(const std::vector<scenario::Result>& results, const std::vector<std::string>& names,
                     const std::string& output);

 private:
  // Runs the program and waits for it.
  absl::Status Run(const std::vector<std::string>& arguments);

  std::string folder_;  // of the program; empty: not open
};

}  // namespace tools

#endif  // WGSIM_TOOLS_REPORT_H_
