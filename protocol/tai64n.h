// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The 12-byte time stamp of an initiation: 8 bytes TAI64 label and 4 bytes nanoseconds, both
// big-endian, so that the later of two stamps is the greater string of bytes (tai64n_now;
// spec/handshake section 3.4).
//
// The nanoseconds are rounded down to a multiple of 2^24 so that a stamp tells less about the
// sender's clock. Two initiations of one sender less than 16.8 ms apart may carry the same stamp;
// the second is then a replay.
//
// Requirements: NOISE-014 015.
#ifndef WGSIM_PROTOCOL_TAI64N_H_
#define WGSIM_PROTOCOL_TAI64N_H_

#include <array>
#include <compare>
#include <cstdint>

#include "protocol/messages.h"
#include "protocol/time.h"

namespace wg {

inline constexpr uint64_t kTai64Epoch = 0x400000000000000a;  // added to seconds since 1970
inline constexpr uint32_t kTai64nGranule = uint32_t{1}
                                           << 24;  // greatest power of two <= 1 s / 50, in ns

struct Tai64n {
  std::array<uint8_t, kNoiseTimestampLen> bytes{};  // all zero: before every stamp

  friend bool operator==(const Tai64n&, const Tai64n&) = default;
  friend auto operator<=>(const Tai64n&, const Tai64n&) = default;
};

// Instants before 1970 are rounded down as well: their seconds are negative, their nanoseconds are
// not.
Tai64n Tai64nNow(WallTime now);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_TAI64N_H_
