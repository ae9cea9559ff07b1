// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ExposureMeter: for how long an address belonged to nobody or to the wrong peer although the configuration before
// and after the change agree on its owner. Exact, from the steps themselves; no traffic is needed.
//
// One meter per device. It is told when a reconfiguration begins and ends and, after each step in between, what the
// step touched; it asks the device who owns the watched addresses then (Device::Owner, the data path's own look-up).
// The exposure of a reconfiguration is the largest over its addresses: one number per reconfiguration and group, 0
// when nobody was exposed.
#ifndef WGSIM_SCENARIOS_EXPOSURE_METER_H_
#define WGSIM_SCENARIOS_EXPOSURE_METER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "sim/time.h"

namespace scenario {

// Whose exposure is counted where. A flow's address is a bystander if the scenario never means to take it away; the
// others are those without a flow.
enum class Group : uint8_t { kBystander, kTouched, kOther };
inline constexpr int kGroups = 3;

// One address that was exposed during one reconfiguration.
struct Exposure {
  wg::IpAddress address;
  Group group;
  sim::Duration to_nobody{};
  sim::Duration to_wrong_peer{};
  // From when it was first exposed until its owner had it back for good, or the run was over.
  sim::Time begin{};
  sim::Time end{};
  sim::Duration total() const { return to_nobody + to_wrong_peer; }
};

class ExposureMeter {
 public:
  // Who owns the address right now; nullptr if nobody.
  using OwnerOf = std::function<const wg::PublicKey*(const wg::IpAddress&)>;

  explicit ExposureMeter(OwnerOf owner_of) : owner_of_(std::move(owner_of)) {}

  // Watches an address from now on. REQUIRES: no reconfiguration is open, not watched already.
  void Watch(const wg::IpAddress& address, Group group);

  // A reconfiguration begins. REQUIRES: none is open.
  void Begin(sim::Time now);
  // A step has acted; `touched` is the prefix it changed, or nullopt if it may have changed anything.
  // REQUIRES: one is open.
  void AfterStep(sim::Time now, const std::optional<wg::Prefix>& touched);
  // It ends. Returns the addresses that were exposed, in address order. REQUIRES: one is open.
  std::vector<Exposure> End(sim::Time now) { return Close(now, /*ended=*/true); }
  // The run ends while it is under way: a bystander that has not got its owner back was exposed until now. REQUIRES: one
  // is open.
  std::vector<Exposure> Abandon(sim::Time now) { return Close(now, /*ended=*/false); }

  // One entry per reconfiguration ended or abandoned: the largest exposure in that group.
  const std::vector<sim::Duration>& per_reconfiguration(Group group) const {
    return worst_[static_cast<int>(group)];
  }

 private:
  struct Watched {
    wg::IpAddress address;
    Group group;
    // While a reconfiguration is open:
    bool changed = false;  // is listed in changed_
    std::optional<wg::PublicKey> before;
    std::optional<wg::PublicKey> owner;
    sim::Time since{};
    sim::Time exposed_from{};
    sim::Time exposed_until{};
    sim::Duration to_nobody{};
    sim::Duration to_wrong_peer{};
  };

  std::vector<Exposure> Close(sim::Time now, bool ended);
  void Look(Watched* watched, sim::Time now);
  // Adds the time since the last change to what the current owner means.
  static void Settle(Watched* watched, sim::Time now);

  const OwnerOf owner_of_;
  std::vector<Watched> watched_;   // sorted by address
  std::vector<size_t> changed_;    // indices of addresses whose owner changed since Begin
  bool open_ = false;
  std::vector<sim::Duration> worst_[kGroups];
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_EXPOSURE_METER_H_
