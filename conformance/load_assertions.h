// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A target under load, and its cookies (spec/handshake section 9.2).
#ifndef WGSIM_CONFORMANCE_LOAD_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_LOAD_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> LoadAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_LOAD_ASSERTIONS_H_
