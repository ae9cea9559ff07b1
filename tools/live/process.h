// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a process that holds private keys and changes the network does to itself.
#ifndef WGSIM_TOOLS_LIVE_PROCESS_H_
#define WGSIM_TOOLS_LIVE_PROCESS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/live/fd.h"

namespace live {

// No core dumps, and no other process of the same user looks inside: keys stay here.
absl::Status KeepMemoryToItself();

// Keeps only what is needed once interface and socket exist: CAP_NET_ADMIN (marks) and CAP_NET_BIND_SERVICE (ports below
// 1024). Nothing can be gained back by running another program.
absl::Status DropPrivileges();

// SIGINT, SIGTERM and SIGHUP are not delivered any more but make the descriptor readable.
absl::StatusOr<Fd> EndSignals();

// Goes on in the background, in a session of its own, without the terminal; the process that was started ends with exit
// code 0. REQUIRES: one thread.
absl::Status Detach();

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_PROCESS_H_
