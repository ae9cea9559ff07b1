// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Plain text for people at a terminal of 100 columns.
#ifndef WGSIM_SCENARIOS_TEXT_LAYOUT_H_
#define WGSIM_SCENARIOS_TEXT_LAYOUT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace scenario {

inline constexpr size_t kTextWidth = 100;

// `text` broken at blanks into lines of at most kTextWidth, each with `indent` blanks in front and
// a newline behind.
std::string Wrapped(absl::string_view text, size_t indent);

// "0", "1.8 us", "250 us", "4.21 ms", "1.5 s": three digits that matter.
std::string MicrosecondsText(double microseconds);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_TEXT_LAYOUT_H_
