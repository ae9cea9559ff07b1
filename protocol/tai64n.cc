// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/tai64n.h"

#include <chrono>

#include "protocol/endian.h"

namespace wg {

Tai64n Tai64nNow(WallTime now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  const auto nanoseconds = static_cast<uint32_t>((now - second).count());
  Tai64n stamp;
  StoreBe64(stamp.bytes.data(),
            kTai64Epoch + static_cast<uint64_t>(second.time_since_epoch().count()));
  StoreBe32(stamp.bytes.data() + 8, nanoseconds & ~(kTai64nGranule - 1));
  return stamp;
}

}  // namespace wg
