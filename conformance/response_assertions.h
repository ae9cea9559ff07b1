// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a target makes of responses to its initiations, and of preshared keys (spec/handshake
// section 9.1).
#ifndef WGSIM_CONFORMANCE_RESPONSE_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_RESPONSE_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> ResponseAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_RESPONSE_ASSERTIONS_H_
