// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a target does with its sessions: confirmation, rotation, age, indices and counters
// (spec/handshake section 9.1).
#ifndef WGSIM_CONFORMANCE_SESSION_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_SESSION_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> SessionAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_SESSION_ASSERTIONS_H_
