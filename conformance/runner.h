// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Runs assertions against a target, a fresh one for each, and lays what they find beside what is
// expected.
#ifndef WGSIM_CONFORMANCE_RUNNER_H_
#define WGSIM_CONFORMANCE_RUNNER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "conformance/assertion.h"
#include "conformance/report.pb.h"
#include "conformance/target.h"

namespace conformance {

// Which of the assertions. A pattern is a part of a name, or an id as in the catalogue
// ("NOISE-029"), or the beginning of either and
// *; capitals do not matter.
struct Selection {
  std::vector<std::string> only;  // empty: all
  std::vector<std::string> skip;
  bool slow = false;  // also those that take more than 10 s of a real target's time
};

bool Matches(const Assertion& assertion, absl::string_view pattern);
// In their order. Patterns that match nothing go to *unmatched.
std::vector<Assertion> Select(absl::Span<const Assertion> all, const Selection& selection,
                              std::vector<std::string>* unmatched);

// One assertion against a fresh target; its verdict is of PASS, FAIL, SKIP and UNSUPPORTED.
file::AssertionReport RunAssertion(const Assertion& assertion, Target* target, bool slow);

// Whether an assertion is known to fail.
bool IsExpectedToFail(const file::Expectations& expectations, absl::string_view target,
                      absl::string_view assertion);

// What is known to fail is XFAIL, or XPASS; entries for this target that fit no assertion go to
// `unmatched`.
void ApplyExpectations(const file::Expectations& expectations, file::TargetReport* report);

// `target_name` as the factory's targets have it.
file::TargetReport RunAssertions(absl::Span<const Assertion> assertions,
                                 absl::string_view target_name, const TargetFactory& make,
                                 const file::Expectations& expectations, bool slow);

// Whether a run is a success: nothing failed, passed against expectation, or was expected in vain;
// `strict`: nor was anything not decided.
bool Succeeded(const file::Report& report, bool strict);

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_RUNNER_H_
