// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// SimEntropy: a device's randomness out of the simulation's one seed. Keys made from it are worth
// nothing outside.
#ifndef WGSIM_SIM_WG_SIM_ENTROPY_H_
#define WGSIM_SIM_WG_SIM_ENTROPY_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "protocol/entropy.h"
#include "sim/rng.h"

namespace wgnode {

class SimEntropy : public wg::Entropy {
 public:
  explicit SimEntropy(const sim::Rng& rng) : rng_(rng) {}

  // Little-endian words of the stream; a rest of a word is thrown away.
  void Fill(absl::Span<uint8_t> out) override {
    for (size_t i = 0; i < out.size();) {
      uint64_t word = rng_.Next();
      for (int byte = 0; byte < 8 && i < out.size(); ++byte, word >>= 8) {
        out[i++] = static_cast<uint8_t>(word);
      }
    }
  }

 private:
  sim::Rng rng_;
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_SIM_ENTROPY_H_
