// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/effects.h"

#include "protocol/check.h"

namespace wg {

absl::string_view WorkKindName(WorkKind kind) {
  static constexpr absl::string_view kNames[kWorkKinds] = {
      "seal", "transmit", "open", "deliver", "handshake_in", "handshake_out", "wipe",
  };
  const auto index = static_cast<size_t>(kind);
  CHECK_LT(index, size_t{kWorkKinds});
  return kNames[index];
}

absl::string_view DropReasonName(DropReason reason) {
  static constexpr absl::string_view kNames[kDropReasons] = {
      "staged_overflow", "staged_purged",    "tx_queue_full",      "crypt_ring_full",
      "peer_dead",       "rx_queue_full",    "malformed",          "unknown_index",
      "key_expired",     "decrypt_failed",   "replayed",           "bad_inner_type",
      "bad_inner_size",  "unallowed_source", "handshake_rejected", "handshake_queue_full",
      "no_endpoint",     "interface_down",   "consumed",
  };
  const auto index = static_cast<size_t>(reason);
  CHECK_LT(index, size_t{kDropReasons});
  return kNames[index];
}

}  // namespace wg
