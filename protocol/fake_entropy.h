// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: entropy that says what it was told, and entropy from a seed. Not for simulations,
// which fork named streams.
#ifndef WGSIM_PROTOCOL_FAKE_ENTROPY_H_
#define WGSIM_PROTOCOL_FAKE_ENTROPY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "protocol/check.h"
#include "protocol/endian.h"
#include "protocol/entropy.h"

namespace wg {

// Gives the bytes that were put in, in order; running out is a failure of the test.
class ScriptedEntropy final : public Entropy {
 public:
  ScriptedEntropy& Then(absl::Span<const uint8_t> bytes) {
    for (uint8_t byte : bytes) script_.push_back(byte);
    return *this;
  }
  ScriptedEntropy& ThenUint32(uint32_t value) {
    uint8_t bytes[4];
    StoreLe32(bytes, value);
    return Then(bytes);
  }

  void Fill(absl::Span<uint8_t> out) override {
    CHECK_LE(out.size(), left());
    std::copy_n(script_.begin() + static_cast<ptrdiff_t>(given_), out.size(), out.begin());
    given_ += out.size();
  }

  size_t left() const { return script_.size() - given_; }

 private:
  std::vector<uint8_t> script_;
  size_t given_ = 0;
};

// SplitMix64 from a seed.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(uint64_t seed) : state_(seed) {}

  void Fill(absl::Span<uint8_t> out) override {
    while (!out.empty()) {
      uint8_t bytes[8];
      StoreLe64(bytes, Next());
      const size_t size = std::min(out.size(), sizeof(bytes));
      std::copy_n(bytes, size, out.begin());
      out.remove_prefix(size);
    }
  }

  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  // Near enough to uniform for a test.
  uint64_t Below(uint64_t ceiling) { return Next() % ceiling; }

 private:
  uint64_t state_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_FAKE_ENTROPY_H_
