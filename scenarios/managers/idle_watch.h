// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// IdleWatch: when did each peer of a device last send or receive anything, as a program finds out that looks at the counters of
// bytes from time to time.
#ifndef WGSIM_SCENARIOS_MANAGERS_IDLE_WATCH_H_
#define WGSIM_SCENARIOS_MANAGERS_IDLE_WATCH_H_

#include <cstdint>
#include <vector>

#include "absl/container/btree_map.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "sim/time.h"

namespace scenario {

class IdleWatch {
 public:
  // How often the counters are looked at, and how often idle peers are looked for (Tailscale: 10 s and 1 min).
  static constexpr sim::Duration kLook = std::chrono::seconds(10);
  static constexpr int kLooksPerCheck = 6;

  // Looks now. True: it is also time to take idle peers out.
  bool Look(const wg::GetDevice& device, sim::Time now) {
    absl::btree_map<wg::PublicKey, Seen> before;
    before.swap(seen_);
    for (const wg::GetPeer& peer : device.peers) {
      const uint64_t bytes = peer.rx_bytes + peer.tx_bytes;
      const auto known = before.find(peer.public_key);
      const bool same = known != before.end() && known->second.bytes == bytes;
      seen_[peer.public_key] = {bytes, same ? known->second.active : now};
    }
    return ++looks_ % kLooksPerCheck == 0;
  }

  // Whether nothing has been seen of it for so long.
  bool IsIdle(const wg::PublicKey& key, sim::Time now, sim::Duration after) const {
    const auto seen = seen_.find(key);
    return seen != seen_.end() && now - seen->second.active >= after;
  }

 private:
  struct Seen {
    uint64_t bytes = 0;
    sim::Time active{};
  };
  absl::btree_map<wg::PublicKey, Seen> seen_;
  int looks_ = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MANAGERS_IDLE_WATCH_H_
