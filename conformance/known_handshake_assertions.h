// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A handshake that was not made by any code of this project: a tester and a target that are wrong
// in the same way understand each other.
#ifndef WGSIM_CONFORMANCE_KNOWN_HANDSHAKE_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_KNOWN_HANDSHAKE_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> KnownHandshakeAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_KNOWN_HANDSHAKE_ASSERTIONS_H_
