// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The cross-platform text protocol, by its letters (spec/data section 3.5; WG8 of section 10).
#ifndef WGSIM_CONFORMANCE_TEXT_ASSERTIONS_H_
#define WGSIM_CONFORMANCE_TEXT_ASSERTIONS_H_

#include <vector>

#include "conformance/assertion.h"

namespace conformance {

std::vector<Assertion> TextAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_TEXT_ASSERTIONS_H_
