// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What poll(2) has said of a file descriptor.
#ifndef WGSIM_TOOLS_LIVE_READINESS_H_
#define WGSIM_TOOLS_LIVE_READINESS_H_

#include <poll.h>

#include "absl/types/span.h"

namespace live {

// False if it was asked for and nothing was said. Few are polled at a time: they are looked through.
inline bool MayBeReady(absl::Span<const pollfd> polled, int fd) {
  for (const pollfd& one : polled) {
    if (one.fd == fd) return one.revents != 0;
  }
  return true;
}

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_READINESS_H_
