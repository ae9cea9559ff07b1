// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a target does by itself, and when (spec/handshake sections 6 and 9.4): repeats, gives up, keeps alive, begins anew.
#ifndef WGSIM_CONFORMANCE_TIMER_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_TIMER_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> HandshakeTimerAssertions();
std::vector<Assertion> KeepaliveTimerAssertions();
std::vector<Assertion> KeyAgeAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_TIMER_ASSERTIONS_H_
