// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Where a target sends to, and which port it has (spec/data section 10.7).
#ifndef WGSIM_CONFORMANCE_ROAMING_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_ROAMING_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> RoamingAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_ROAMING_ASSERTIONS_H_
