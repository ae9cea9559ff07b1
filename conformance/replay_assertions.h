// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The replay window (spec/handshake sections 7 and 9.5), seen from outside.
#ifndef WGSIM_CONFORMANCE_REPLAY_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_REPLAY_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> ReplayAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_REPLAY_ASSERTIONS_H_
