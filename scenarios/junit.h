// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A result as JUnit XML, for CI systems: one suite, with a test case for each expectation, each check of a script, each
// variant beside its baseline, and for --strict. Times are virtual seconds: how long into the run it was judged. Nothing in it depends on the
// machine.
#ifndef WGSIM_SCENARIOS_JUNIT_H_
#define WGSIM_SCENARIOS_JUNIT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "scenarios/result.pb.h"

namespace scenario {

// The element testsuites, with the XML declaration. The first two lines open it and the last closes it: what is between them
// of several files makes one. Failures end with the command, begun by `program`, that runs this again.
std::string JunitXml(const Result& result, absl::string_view program);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_JUNIT_H_
