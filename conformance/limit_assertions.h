// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A target under load and its limit of handshakes of one source (spec/handshake section 9.3).
#ifndef WGSIM_CONFORMANCE_LIMIT_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_LIMIT_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> LimitAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_LIMIT_ASSERTIONS_H_
