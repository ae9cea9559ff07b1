// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Requests, as netlink and the text protocol both can say them (spec/data sections 2, 3 and 10, NL).
#ifndef WGSIM_CONFORMANCE_CONFIGURATION_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_CONFIGURATION_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> ConfigurationAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_CONFIGURATION_ASSERTIONS_H_
