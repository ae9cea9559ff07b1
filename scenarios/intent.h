// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Intent: who should own an inner address on a device, by the configuration that is meant: the lists at the start and every
// change from the moment at which it happens in the world, not from the moment at which somebody has applied it. A packet
// that is sealed to another peer is misdirected. Only the addresses that flows use are followed.
#ifndef WGSIM_SCENARIOS_INTENT_H_
#define WGSIM_SCENARIOS_INTENT_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "protocol/ip.h"

namespace scenario {

class Intent {
 public:
  // An address on a device, by number: 0, 1, 2, ... Following it twice gives the same number. `device` numbers are the
  // caller's. REQUIRES: no change has been told yet.
  size_t Follow(int device, const wg::IpAddress& address);

  // From now on `peer` (the caller's number) has `prefix` on `device`, instead of whoever had it; or nobody has it.
  void Give(int device, const wg::Prefix& prefix, int peer);
  void Take(int device, const wg::Prefix& prefix, int peer);

  // The peer has left the mesh, with everything that it has or comes to have, until it is back.
  void Leave(int device, int peer) { absent_.insert({device, peer}); }
  void Join(int device, int peer) { absent_.erase({device, peer}); }

  // The peer with the longest prefix, of those that have not left; kNobody if there is none.
  static constexpr int kNobody = -1;
  int Owner(size_t number) const;

 private:
  struct Followed {
    int device;
    // Prefixes that contain the address, longest first: few.
    std::vector<std::pair<wg::Prefix, int>> owners;
  };

  template <typename Do>
  void ForEachInside(int device, const wg::Prefix& prefix, Do what);

  std::vector<Followed> followed_;
  absl::btree_set<std::pair<int, int>> absent_;
  absl::btree_map<std::pair<int, wg::IpAddress>, size_t> numbers_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_INTENT_H_
