// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ControlPlane: what happens to the configuration of a world. Pods come, go and move as the churn of the plan says, actions
// happen at their times, nodes leave and come back or get other keys; the manager of every host concerned hears of it after its
// notice delay and acts (device_control.h).
#ifndef WGSIM_SCENARIOS_CONTROL_PLANE_H_
#define WGSIM_SCENARIOS_CONTROL_PLANE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/inlined_vector.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "scenarios/change_observer.h"
#include "scenarios/churn.h"
#include "scenarios/device_control.h"
#include "scenarios/exposure_meter.h"
#include "scenarios/intent.h"
#include "scenarios/managers/mesh.h"
#include "scenarios/plan.h"
#include "scenarios/reconfiguration_book.h"
#include "scenarios/traffic.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace scenario {

// Records kept of the longest exposures.
inline constexpr size_t kMaxExposureRecords = 20;

class ControlPlane : private sim::Actor, private DeviceControlSink {
 public:
  // `world` outlives it. Tells the intent of the lists at the start: senders must have followed their addresses.
  ControlPlane(World* world, Intent* intent, const Traffic& traffic);
  ~ControlPlane() override;

  // Hears of every change from now on; nullptr: nobody does. Outlives its use.
  void set_observer(ChangeObserver* observer);

  // This device has left the mesh, or is back: all that have it as a peer are told, and it is meant so from now on.
  void NodeLeaves(int device);
  void NodeJoins(int device);
  // This device has another public key (World::SetPublicKey), or listens elsewhere (Wire::listen_port): all that have it as a
  // peer are told.
  void AnnounceKey(int device);
  void AnnounceEndpoint(int device);

  // Of one of the plan's devices.
  DeviceControl* manager_of(int device) { return devices_[device].get(); }

  // The run is over: logs what is not finished. To be called once, before the results are read.
  void Close();

  // Those that are over; after Close() also those that never ended, by device and number.
  const ReconfigurationBook& book() const { return book_; }
  // Of the reconfigurations of any device that have begun: the largest exposures of those that exposed anybody of the
  // group, and how many did not.
  struct GroupExposures {
    std::vector<sim::Duration> exposed;
    uint64_t others = 0;
  };
  GroupExposures Exposures(Group group) const;

 private:
  // Nearly always one.
  using Prefixes = absl::InlinedVector<wg::Prefix, 1>;
  // What a manager is going to hear. `peer` and `from` are numbers among the device's peers.
  struct Notice {
    int device;
    MeshEvent::Kind kind;
    int peer;
    int from = plan::kNone;
    Prefixes add;
    Prefixes remove;
    bool heard = false;
    wg::PublicKey old_key{};  // kKeyRemoved
  };

  void OnEvent(uint64_t arg) override;
  void Happen(const ChurnEvent& event);
  void HappenToPod(const ChurnEvent& event);
  void Act(const plan::Reconfigure& action);
  void Act(const plan::MeshAction& action);
  void GoDown(size_t reboot);
  void ComeUp(size_t reboot);
  void EndOverlap(size_t number);
  void OnOwnChange(int device, MeshEvent::Kind kind, const wg::SetDevice& request) override;
  void OnOffer(int device, int peer) override;
  void TellPeersOf(int far, MeshEvent::Kind kind, const wg::PublicKey& old_key = {});
  void ScheduleActions();
  // The peer as it is now.
  MeshNode StateOf(int device, int peer) const;
  void Tell(Notice notice);
  void Hear(const Notice& notice);
  void HearNumber(uint64_t number);
  void WatchAddresses(const Traffic& traffic);
  void ScheduleNextChurnEvent();

  World* const world_;
  Intent* const intent_;
  std::unique_ptr<WatchList> watch_list_;
  std::vector<std::unique_ptr<DeviceControl>> devices_;
  const std::vector<ChurnEvent> churn_events_;
  size_t next_churn_event_ = 0;
  std::vector<const plan::Reboot*> rebooting_;           // by device, while it gets its key; else nullptr
  std::vector<std::pair<int, wg::PublicKey>> overlaps_;  // device, its old key
  std::deque<Notice> notices_;            // by number, from first_notice_ on: the first one is not heard yet
  uint64_t first_notice_ = 0;
  std::vector<sim::Rng> notice_rngs_;     // by host
  std::vector<sim::Time> last_notice_;    // by host: order is kept
  // Peers of devices that have been idle and are going to hear that they are wanted.
  absl::btree_set<std::pair<int, int>> woken_;
  ReconfigurationBook book_{kMaxExposureRecords};
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CONTROL_PLANE_H_
