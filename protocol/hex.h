// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: bytes written as hexadecimal text and back.
#ifndef WGSIM_PROTOCOL_HEX_H_
#define WGSIM_PROTOCOL_HEX_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace wg {

inline std::vector<uint8_t> Unhex(absl::string_view text) {
  const std::string bytes = absl::HexStringToBytes(text);
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}

// Ends the program if `text` is not exactly kSize bytes.
template <size_t kSize>
std::array<uint8_t, kSize> UnhexArray(absl::string_view text) {
  const std::vector<uint8_t> bytes = Unhex(text);
  if (bytes.size() != kSize) std::abort();
  std::array<uint8_t, kSize> array;
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return array;
}

inline std::string Hex(absl::Span<const uint8_t> bytes) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

// The bytes first, first + 1, ..., `size` of them.
inline std::vector<uint8_t> Counting(uint8_t first, size_t size) {
  std::vector<uint8_t> bytes(size);
  for (uint8_t& byte : bytes) byte = first++;
  return bytes;
}

}  // namespace wg

#endif  // WGSIM_PROTOCOL_HEX_H_
