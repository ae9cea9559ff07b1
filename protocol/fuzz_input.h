// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For fuzzers: the input as a stream of decisions. Past its end everything is 0.
#ifndef WGSIM_PROTOCOL_FUZZ_INPUT_H_
#define WGSIM_PROTOCOL_FUZZ_INPUT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace wg {

class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size) : left_(data, size) {}

  bool empty() const { return left_.empty(); }
  uint8_t Byte() {
    if (left_.empty()) return 0;
    const uint8_t byte = left_.front();
    left_.remove_prefix(1);
    return byte;
  }
  uint16_t U16() {
    const uint8_t low = Byte();
    return static_cast<uint16_t>(low | Byte() << 8);
  }
  // At most so many as are left.
  std::vector<uint8_t> Bytes(size_t size) {
    const absl::Span<const uint8_t> some = left_.first(std::min(size, left_.size()));
    left_.remove_prefix(some.size());
    return std::vector<uint8_t>(some.begin(), some.end());
  }
  // Exactly so many.
  std::vector<uint8_t> Block(size_t size) {
    std::vector<uint8_t> bytes = Bytes(size);
    bytes.resize(size);
    return bytes;
  }

 private:
  absl::Span<const uint8_t> left_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_FUZZ_INPUT_H_
