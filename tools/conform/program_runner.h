// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Runs assertions against a program in real time, each in a sandbox of its own with a program
// freshly started, several at once.
#ifndef WGSIM_TOOLS_CONFORM_PROGRAM_RUNNER_H_
#define WGSIM_TOOLS_CONFORM_PROGRAM_RUNNER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "conformance/assertion.h"
#include "conformance/report.pb.h"

namespace conformance {

struct ProgramRun {
  std::string target;               // "wireguard-go": its name in reports and expectations
  std::vector<std::string> script;  // see program_target.h
  bool slow = false;                // also assertions of more than 10 s
  // What is known to fail is not run again. REQUIRES: not null; outlives the run.
  const file::Expectations* expectations = nullptr;
  // At once; 0: four for each processor, and 40 of the slow ones, which do nothing but wait.
  int jobs = 0;
  // Told how far it is.
  std::function<void(size_t done, size_t all)> progress = [](size_t, size_t) {};
};

// What failed or was not decided is run again, twice: it is what it is each time, PASS if it then
// passes each time (the reason tells of the first time), else INCONCLUSIVE. In the order of
// `assertions`, expectations applied. PermissionDenied: there can be no sandboxes here; says why.
absl::StatusOr<file::TargetReport> RunAgainstProgram(absl::Span<const Assertion> assertions,
                                                     const ProgramRun& run);

}  // namespace conformance

#endif  // WGSIM_TOOLS_CONFORM_PROGRAM_RUNNER_H_
