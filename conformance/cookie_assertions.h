// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a target does with cookie replies to its own messages (spec/handshake section 9.2).
#ifndef WGSIM_CONFORMANCE_COOKIE_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_COOKIE_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> CookieAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_COOKIE_ASSERTIONS_H_
