// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Values of the text protocol: decimal numbers without sign or space, keys as hexadecimal digits, lines "key=value".
#ifndef WGSIM_PROTOCOL_UAPI_TEXT_VALUE_H_
#define WGSIM_PROTOCOL_UAPI_TEXT_VALUE_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "protocol/crypto/keys.h"

namespace wg::uapi {

// A number that fits; nothing for anything else.
template <typename Number>
std::optional<Number> ParseNumber(absl::string_view text) {
  uint64_t value = 0;
  if (text.empty() || !std::all_of(text.begin(), text.end(), absl::ascii_isdigit)) {
    return std::nullopt;
  }
  if (!absl::SimpleAtoi(text, &value) || value > std::numeric_limits<Number>::max()) {
    return std::nullopt;
  }
  return static_cast<Number>(value);
}

// 64 hexadecimal digits.
template <typename Key>
std::optional<Key> ParseKey(absl::string_view text) {
  const absl::optional<KeyBytes> bytes = KeyFromHex(text);
  if (!bytes) return std::nullopt;
  Key key;
  key.bytes = *bytes;
  return key;
}

// Cuts the next line off the front of *text, without its end. False when nothing is left.
inline bool NextLine(absl::string_view* text, absl::string_view* line) {
  if (text->empty()) return false;
  const size_t end = text->find('\n');
  *line = text->substr(0, end);
  text->remove_prefix(end == absl::string_view::npos ? text->size() : end + 1);
  return true;
}

// What stands before and after the first "="; nothing without one.
inline std::optional<std::pair<absl::string_view, absl::string_view>> SplitLine(
    absl::string_view line) {
  const size_t sign = line.find('=');
  if (sign == absl::string_view::npos) return std::nullopt;
  return std::pair(line.substr(0, sign), line.substr(sign + 1));
}

}  // namespace wg::uapi

#endif  // WGSIM_PROTOCOL_UAPI_TEXT_VALUE_H_
