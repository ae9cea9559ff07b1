// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Manager: what a program that owns the allowed ips of one WireGuard interface sends when an address comes, goes or
// moves: the literal requests of its method, in order. It keeps the lists that it wants the peers to have; it does not
// read the device. Pure: no time, no I/O.
//
//   kReplace    Cilium until 1.16.2: every change is REPLACE_ALLOWEDIPS with the peer's full list.
//   kDummyPeer  Cilium since: an address is added alone; to take one away it is moved to a peer whose public key is all
//               zero, which is then removed.
//   kRemoveMe   Linux 6.16: an address is added alone and taken away alone (WGALLOWEDIP_F_REMOVE_ME).
//
// An address that moves from one peer to another: the new owner gets it first, which takes it from the old one in the
// same instant; under kReplace the old owner's list is then replaced as well (spec/operators 1.1 and 1.2).
#ifndef WGSIM_SCENARIOS_MANAGER_H_
#define WGSIM_SCENARIOS_MANAGER_H_

#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "scenarios/plan.h"
#include "scenarios/prefix_list.h"

namespace scenario {

// No node may publish this key; a device takes it as a peer all the same.
inline constexpr wg::PublicKey kDummyPeerKey{};

class Manager {
 public:
  explicit Manager(plan::Method method) : method_(method) {}

  // The list that `peer` has already. REQUIRES: not told before.
  void Adopt(const wg::PublicKey& peer, PrefixList allowed_ips);

  // The requests of one reconfiguration, in order; each waits for the answer to the one before. Empty if nothing has to
  // be done (the peer has what it is to get, and has not got what it is to lose). What is added leaves the list of any
  // other peer: the insertion moves it, and no later request shall take it back. REQUIRES: the peers were adopted.
  std::vector<wg::SetDevice> Change(const wg::PublicKey& peer, absl::Span<const wg::Prefix> add,
                                    absl::Span<const wg::Prefix> remove);
  std::vector<wg::SetDevice> Add(const wg::PublicKey& peer, const wg::Prefix& prefix) {
    return Change(peer, {prefix}, {});
  }
  std::vector<wg::SetDevice> Remove(const wg::PublicKey& peer, const wg::Prefix& prefix) {
    return Change(peer, {}, {prefix});
  }
  std::vector<wg::SetDevice> Move(const wg::PublicKey& from, const wg::PublicKey& to,
                                  const wg::Prefix& prefix);

  const PrefixList& wanted(const wg::PublicKey& peer) const {
    return wanted_.at(peer);
  }

 private:
  wg::SetDevice Replace(const wg::PublicKey& peer) const;
  // Takes it out of the wanted list; false if it is not there.
  bool Forget(const wg::PublicKey& peer, const wg::Prefix& prefix);

  const plan::Method method_;
  // In the order in which the device lists them: a new one at the end.
  absl::btree_map<wg::PublicKey, PrefixList> wanted_;
  absl::flat_hash_map<wg::Prefix, wg::PublicKey> owners_;  // whose list a prefix is in; for look-up only
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MANAGER_H_
