// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whose an inner address is (spec/data sections 1 and 9): by which peer a packet leaves, what a dump lists.
#ifndef WGSIM_CONFORMANCE_ALLOWED_IPS_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_ALLOWED_IPS_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> AllowedIpsAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_ALLOWED_IPS_ASSERTIONS_H_
