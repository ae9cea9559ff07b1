// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A report to look at: a tree with a line for each assertion, below it what was expected and what was seen; and as JUnit XML.
#ifndef WGSIM_CONFORMANCE_REPORT_TEXT_H_
#define WGSIM_CONFORMANCE_REPORT_TEXT_H_

#include <string>

#include "conformance/report.pb.h"

namespace conformance {

//   sim/LINUX_6_16
//     PASS   NOISE-001 013 014   own initiations are what the peer can open   6 checks, 0 s
//     FAIL   NOISE-039           floods end at exactly twenty milliseconds
//              at exactly 20 ms: expected response, seen silence (0.020000000 s)
//              again: wgsim conform --target=sim --profile=... --only=...
//   17 passed, 1 failed
// `whole`: also those that passed and were skipped.
std::string TreeText(const file::Report& report, bool whole);

// Times are the target's.
std::string JunitXml(const file::Report& report);

// The same as JSON, with a newline at its end.
std::string JsonText(const file::Report& report);

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_REPORT_TEXT_H_
