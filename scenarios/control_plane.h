// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ControlPlane: what happens to the configuration of a world. Pods come, go and move as the churn of the plan says, actions
// happen at their times; the manager of every host concerned hears of it after its notice delay, and its netlink agent
// carries out the requests. It watches every step: counts, latencies, exposure.
#ifndef WGSIM_SCENARIOS_CONTROL_PLANE_H_
#define WGSIM_SCENARIOS_CONTROL_PLANE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "protocol/ip.h"
#include "scenarios/change_observer.h"
#include "scenarios/churn.h"
#include "scenarios/exposure_meter.h"
#include "scenarios/intent.h"
#include "scenarios/manager.h"
#include "scenarios/plan.h"
#include "scenarios/traffic.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/wg/netlink_agent.h"

namespace scenario {

// One reconfiguration that is over, or that the end of the run found waiting or under way.
struct ReconfigurationLog {
  sim::Time noticed{};  // its manager heard of the change
  sim::Time begin{};
  sim::Time end{};
  bool begun = false;
  bool finished = false;
  int device = plan::kNone;
  int peer = plan::kNone;  // the first peer it is about, among the device's
  std::string what;        // "remove 10.1.0.7/32"
  uint32_t steps = 0;      // changes a reader can see
  uint32_t messages = 0;
  uint32_t failed_messages = 0;
  // The address that was exposed for longest, and how long; unspecified and 0 if none was.
  wg::IpAddress exposed;
  sim::Duration exposure{};
};

class ControlPlane : private sim::Actor {
 public:
  // `world` outlives it. Tells the intent of the lists at the start: senders must have followed their addresses.
  ControlPlane(World* world, Intent* intent, const Traffic& traffic);
  ~ControlPlane() override;

  // Hears of every change from now on; nullptr: nobody does. Outlives its use.
  void set_observer(ChangeObserver* observer) { observer_ = observer; }

  // The run is over: logs what is not finished. To be called once, before the results are read.
  void Close();

  // In order of their ends; after Close() those that never ended, by device and number.
  const std::vector<ReconfigurationLog>& log() const { return log_; }
  // One entry per reconfiguration of any device that has begun.
  std::vector<sim::Duration> Exposures(Group group) const;

 private:
  class DeviceControl;

  // A manager hears of a change to one peer, or of an address that moves between two.
  struct Notice {
    int device;
    int peer;               // loses `remove`, gets `add`
    int to = plan::kNone;   // moves `add` from `peer` to this one
    std::vector<wg::Prefix> add;
    std::vector<wg::Prefix> remove;
  };

  void OnEvent(uint64_t arg) override;
  void HappenToPod(const PodEvent& event);
  void Act(const plan::Reconfigure& action);
  void Tell(Notice notice);
  void Hear(const Notice& notice);
  void ScheduleNextPodEvent();

  World* const world_;
  Intent* const intent_;
  std::vector<std::unique_ptr<DeviceControl>> devices_;
  const std::vector<PodEvent> pod_events_;
  size_t next_pod_event_ = 0;
  std::vector<Notice> notices_;           // by number; told ones stay, they are few words each
  std::vector<sim::Rng> notice_rngs_;     // by host
  std::vector<sim::Time> last_notice_;    // by host: order is kept
  std::vector<ReconfigurationLog> log_;
  ChangeObserver* observer_ = nullptr;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CONTROL_PLANE_H_
