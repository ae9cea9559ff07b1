// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Peers come, change and go (spec/handshake sections 8 and 9.6): what they lose and what they keep.
#ifndef WGSIM_CONFORMANCE_PEER_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_PEER_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> PeerAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_PEER_ASSERTIONS_H_
