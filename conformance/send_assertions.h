// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What leaves a target (spec/data sections 4 and 10, TX; DEV): lengths, padding, counters, marks, what waits for a key.
#ifndef WGSIM_CONFORMANCE_SEND_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_SEND_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> SendAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_SEND_ASSERTIONS_H_
