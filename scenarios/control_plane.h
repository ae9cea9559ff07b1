// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ControlPlane: what happens to the configuration of a world. Pods come, go and move as the churn of the plan says, actions
// happen at their times; the manager of every host concerned hears of it after its notice delay, and its netlink agent
// carries out the requests. It watches every step: counts, latencies, exposure.
#ifndef WGSIM_SCENARIOS_CONTROL_PLANE_H_
#define WGSIM_SCENARIOS_CONTROL_PLANE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "protocol/ip.h"
#include "scenarios/change_observer.h"
#include "scenarios/churn.h"
#include "scenarios/exposure_meter.h"
#include "scenarios/intent.h"
#include "scenarios/manager.h"
#include "scenarios/plan.h"
#include "scenarios/reconfiguration_book.h"
#include "scenarios/traffic.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/wg/netlink_agent.h"

namespace scenario {

// Records kept of the longest exposures.
inline constexpr size_t kMaxExposureRecords = 20;

class ControlPlane : private sim::Actor {
 public:
  // `world` outlives it. Tells the intent of the lists at the start: senders must have followed their addresses.
  ControlPlane(World* world, Intent* intent, const Traffic& traffic);
  ~ControlPlane() override;

  // Hears of every change from now on; nullptr: nobody does. Outlives its use.
  void set_observer(ChangeObserver* observer) { observer_ = observer; }

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
  class DeviceControl;

  // A manager hears of a change to one peer, or of an address that moves between two.
  struct Notice {
    int device;
    int peer;               // loses `remove`, gets `add`
    int to = plan::kNone;   // moves `add` from `peer` to this one
    Prefixes add;
    Prefixes remove;
    bool heard = false;
  };

  void OnEvent(uint64_t arg) override;
  void HappenToPod(const PodEvent& event);
  void Act(const plan::Reconfigure& action);
  void Tell(Notice notice);
  void Hear(const Notice& notice);
  void HearNumber(uint64_t number);
  void WatchAddresses(const Traffic& traffic);
  void ScheduleNextPodEvent();

  World* const world_;
  Intent* const intent_;
  std::unique_ptr<WatchList> watch_list_;
  std::vector<std::unique_ptr<DeviceControl>> devices_;
  const std::vector<PodEvent> pod_events_;
  size_t next_pod_event_ = 0;
  std::deque<Notice> notices_;            // by number, from first_notice_ on: the first one is not heard yet
  uint64_t first_notice_ = 0;
  std::vector<sim::Rng> notice_rngs_;     // by host
  std::vector<sim::Time> last_notice_;    // by host: order is kept
  ReconfigurationBook book_{kMaxExposureRecords};
  ChangeObserver* observer_ = nullptr;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CONTROL_PLANE_H_
