// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// How long this machine takes for what WireGuard is made of, measured with the code of protocol/
// itself: ciphers, Diffie-Hellman, whole handshakes, the table of allowed ips; and a system call
// and a copy. Reads the clock, so nothing of it may be asserted but that it is there.
#ifndef WGSIM_TOOLS_PRIMITIVES_H_
#define WGSIM_TOOLS_PRIMITIVES_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "tools/line_fit.h"

namespace tools {

// Units are bytes and trie nodes.
struct Primitives {
  int64_t system_call_ps = 0;
  Line copy;
  Line seal;
  Line open;
  int64_t derive_public_ps = 0;
  int64_t derive_secret_ps = 0;  // X25519
  int64_t open_cookie_ps = 0;    // XChaCha20-Poly1305 of 16 bytes
  int64_t handshake_out_ps = 0;
  int64_t handshake_init_ps = 0;
  int64_t handshake_response_ps = 0;
  Line insert;
  Line remove;
  int64_t batches = 0;  // the fewest that a median is made of
};

// Takes about `total`, a little more when a single batch takes long. `progress` hears what comes
// next.
Primitives MeasurePrimitives(std::chrono::nanoseconds total,
                             absl::FunctionRef<void(absl::string_view what)> progress);

// "AMD EPYC 7763 64-Core Processor on 2026-11-23", with "unknown processor" where Linux names none.
std::string ThisMachineToday();

}  // namespace tools

#endif  // WGSIM_TOOLS_PRIMITIVES_H_
