// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The one age test of WireGuard (wg_birthdate_has_expired, spec/handshake section 0.3).
//
// Requirements: TIMER-048; TX-033.
#ifndef WGSIM_PROTOCOL_BIRTHDATE_H_
#define WGSIM_PROTOCOL_BIRTHDATE_H_

#include "protocol/time.h"

namespace wg {

// True when what was born at `birthdate` has reached the age `limit`. Inclusive: an age of exactly
// `limit` is expired. A birthdate in the future has a negative age and is not expired.
inline bool BirthdateHasExpired(BootTime birthdate, Duration limit, BootTime now) {
  return now - birthdate >= limit;
}

}  // namespace wg

#endif  // WGSIM_PROTOCOL_BIRTHDATE_H_
