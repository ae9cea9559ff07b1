// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a target makes of data messages (spec/data sections 5 and 9, RX): what it refuses, what
// comes out of the tunnel, whom it believes where he is.
#ifndef WGSIM_CONFORMANCE_RECEIVE_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_RECEIVE_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> ReceiveAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_RECEIVE_ASSERTIONS_H_
