// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ExposureMeter: for how long an address belonged to nobody or to the wrong peer although the configuration before
// and after the change agree on its owner. Exact, from the steps themselves; no traffic is needed.
//
// One meter per device; the addresses are listed once for all of them. It is told when a reconfiguration begins and ends and, after each step in between, what the
// step touched; it asks the device who owns the watched addresses then (Device::Owner, the data path's own look-up).
// The exposure of a reconfiguration is the largest over its addresses: one number per reconfiguration and group, 0
// when nobody was exposed.
#ifndef WGSIM_SCENARIOS_EXPOSURE_METER_H_
#define WGSIM_SCENARIOS_EXPOSURE_METER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
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

// What the meters of a run have in common: the addresses that may be watched, and short names of owners.
class WatchList {
 public:
  static constexpr uint32_t kNobody = 0;

  // REQUIRES: in order, each once.
  explicit WatchList(std::vector<wg::IpAddress> addresses);

  const std::vector<wg::IpAddress>& addresses() const { return addresses_; }
  // Number of the first address that is not before this one.
  size_t From(const wg::IpAddress& address) const;
  // The same for equal keys, above 0; nullptr is kNobody.
  uint32_t NameOf(const wg::PublicKey* owner);
  // REQUIRES: `name` came from NameOf and is not kNobody.
  const wg::PublicKey& KeyOf(uint32_t name) const { return keys_[name]; }

 private:
  const std::vector<wg::IpAddress> addresses_;
  std::vector<wg::PublicKey> keys_;                      // by name; the first is nobody's
  absl::flat_hash_map<wg::PublicKey, uint32_t> names_;  // for look-up only
};

class ExposureMeter {
 public:
  // Who owns the address right now; nullptr if nobody.
  using OwnerOf = std::function<const wg::PublicKey*(const wg::IpAddress&)>;

  // `list` outlives the meter.
  ExposureMeter(OwnerOf owner_of, WatchList* list);

  // Watches number `address` of the list from now on. REQUIRES: no reconfiguration is open, not watched already.
  void Watch(size_t address, Group group);

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

  // Reconfigurations that have ended or were abandoned.
  uint64_t reconfigurations() const { return reconfigurations_; }
  // The largest exposure in that group, of each of them that exposed anybody of it, in their order.
  const std::vector<sim::Duration>& worst(Group group) const {
    return worst_[static_cast<int>(group)];
  }

 private:
  static constexpr uint32_t kNotWatched = kGroups;

  // One of the list's addresses: there are many, on many devices, and nearly all of them rest.
  struct Cell {
    uint32_t value : 29 = WatchList::kNobody;  // the owner's name; while changed, an index into changes_
    uint32_t group : 2 = kNotWatched;
    uint32_t changed : 1 = 0;
  };
  // An address whose owner has changed since Begin.
  struct Change {
    size_t address;
    uint32_t before;  // names
    uint32_t owner;
    sim::Time since{};
    sim::Time exposed_from{};
    sim::Time exposed_until{};
    sim::Duration to_nobody{};
    sim::Duration to_wrong_peer{};
  };

  std::vector<Exposure> Close(sim::Time now, bool ended);
  void Look(size_t address, sim::Time now);
  // Adds the time since the last change to what the current owner means.
  static void Settle(Change* change, sim::Time now);

  const OwnerOf owner_of_;
  WatchList* const list_;
  std::vector<Cell> cells_;  // by the list's numbers
  std::vector<Change> changes_;
  bool open_ = false;
  uint64_t reconfigurations_ = 0;
  std::vector<sim::Duration> worst_[kGroups];
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_EXPOSURE_METER_H_
