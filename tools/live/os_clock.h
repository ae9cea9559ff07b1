// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The clocks and the randomness of the machine, as protocol/ asks for them.
#ifndef WGSIM_TOOLS_LIVE_OS_CLOCK_H_
#define WGSIM_TOOLS_LIVE_OS_CLOCK_H_

#include <sys/random.h>
#include <time.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "protocol/check.h"
#include "protocol/entropy.h"
#include "protocol/time.h"

namespace live {

inline wg::Duration ReadClock(clockid_t clock) {
  timespec time;
  CHECK_EQ(clock_gettime(clock, &time), 0);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// CLOCK_BOOTTIME goes on while the machine sleeps.
inline wg::Now ReadClocks() {
  return {wg::BootTime(ReadClock(CLOCK_BOOTTIME)), wg::WallTime(ReadClock(CLOCK_REALTIME))};
}

// The kernel's generator.
class OsEntropy : public wg::Entropy {
 public:
  void Fill(absl::Span<uint8_t> out) override {
    while (!out.empty()) {
      const ssize_t got = getrandom(out.data(), out.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      CHECK_GT(got, 0);
      out.remove_prefix(static_cast<size_t>(got));
    }
  }
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_OS_CLOCK_H_
