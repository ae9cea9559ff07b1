// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// DeviceControl: the manager of one WireGuard interface at work in a world. It hands the manager what it hears and lets it run when it is
// due and has nothing under way; its netlink agent carries out what the manager says, on the manager's core; the meter looks at
// every step.
#ifndef WGSIM_SCENARIOS_DEVICE_CONTROL_H_
#define WGSIM_SCENARIOS_DEVICE_CONTROL_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "protocol/config.h"
#include "protocol/config_step.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "scenarios/change_observer.h"
#include "scenarios/exposure_meter.h"
#include "scenarios/managers/manager.h"
#include "scenarios/managers/mesh.h"
#include "scenarios/plan.h"
#include "scenarios/reconfiguration_book.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/thread.h"
#include "sim/time.h"
#include "sim/wg/netlink_agent.h"

namespace scenario {

// What becomes of a device, for whoever has to tell others.
class DeviceControlSink {
 public:
  virtual ~DeviceControlSink() = default;
  // The interface has got another key or port, or has been emptied, by OwnChange.
  virtual void OnOwnChange(int device, MeshEvent::Kind kind, const wg::SetDevice& request) = 0;
  // A packet for this peer of the device was offered while the manager's program keeps idle peers out.
  virtual void OnOffer(int device, int peer) = 0;
};

class DeviceControl : private sim::Actor, private wgnode::NetlinkAgent::Observer {
 public:
  // Everything outlives it. `book` gets each reconfiguration when it is over.
  DeviceControl(World* world, int device, WatchList* watch_list, DeviceControlSink* sink,
                ReconfigurationBook* book);

  void set_observer(ChangeObserver* observer) { observer_ = observer; }
  // Number `address` of the list.
  void Watch(size_t address, Group group) { meter_.Watch(address, group); }
  const ExposureMeter& meter() const { return meter_; }

  // The manager hears of something. While it is down, that waits.
  void Hear(const MeshEvent& event);
  // The interface itself changes: its key, its port, or (kRestart) all that it knows; the sink hears of it when it has.
  void OwnChange(MeshEvent::Kind kind, wg::SetDevice request);
  // The program ends, after what it has begun, and starts again.
  void Restart(sim::Duration downtime, sim::Duration replay);
  // What goes wrong with one of the program's messages from now on.
  void FailLater(const wgnode::NetlinkAgent::Failure& failure) { agent_->FailLater(failure); }
  // SIGSTOP and SIGCONT of the program. What it is told waits.
  void Pause(bool paused);
  // The machine loses its power, and all that the interface was; and it is back, and the interface as the program wishes it
  // to be, which has not heard of anything meanwhile. REQUIRES of Boot: crashed.
  void Crash();
  void Boot();
  // Whether this peer is out because it was idle.
  bool Sleeps(int peer) const { return !down_ && manager_->Sleeps(peer); }
  bool SeesPackets() const { return manager_->SeesPackets(); }

  // The run is over: logs what is not finished.
  void Close();

 private:
  // Of the loop.
  enum Event : uint64_t { kWake, kStartAgain, kReplay };

  void OnEvent(uint64_t event) override;
  void OnBegin(uint64_t id) override;
  void OnStep(uint64_t id, const wg::ConfigStep& step) override;
  void OnAnswer(uint64_t id, wg::Errno error) override;
  void OnEnd(uint64_t id) override;

  bool Idle() const { return agent_->idle() && agent_->waiting() == 0; }
  // Does what the manager said, and lets it run if it is due.
  void Pump();
  // Whether it cannot do anything.
  bool Stands() const { return crashed_ || paused_; }
  // Hears what it was told while it could not.
  void HearWaiting();
  wg::SetDevice Wish() const;
  uint64_t Open(std::string what, int peer);
  ReconfigurationLog& Log(uint64_t id) { return open_[id - ended_]; }
  void WriteDownFirst();
  void DoAtOnce(Manager::Change change);
  void StartAgain();
  void ReplayNext();
  void OnOfferedPacket(const wg::IpAddress& address);
  void NoteExposure(const std::vector<Exposure>& exposures, ReconfigurationLog* log);

  World* const world_;
  const int device_;
  DeviceControlSink* const sink_;
  ReconfigurationBook* const book_;
  ChangeObserver* observer_ = nullptr;
  std::unique_ptr<Manager> manager_;
  ExposureMeter meter_;
  std::optional<sim::Thread> thread_;
  std::unique_ptr<wgnode::NetlinkAgent> agent_;
  std::deque<ReconfigurationLog> open_;  // by id, from ended_ on
  uint64_t ended_ = 0;
  bool at_once_ = false;  // in DoAtOnce
  std::optional<sim::Time> wake_at_;  // the earliest kWake under way
  // Those that are no change of the manager's: they change the interface itself.
  absl::btree_map<uint64_t, std::pair<MeshEvent::Kind, wg::SetDevice>> own_changes_;

  bool crashed_ = false;  // the machine is
  wg::GetDevice before_crash_;  // peers apart
  bool paused_ = false;
  bool down_ = false;        // between its end and its start
  bool replaying_ = false;   // ... and until it has been told everything again
  bool start_late_ = false;  // it is to start as soon as what it had begun is done
  std::deque<MeshEvent> waiting_;
  std::vector<MeshEvent> replay_;
  size_t replayed_ = 0;
  sim::Time replay_start_{};
  sim::Duration replay_time_{};
  uint64_t restarts_ = 0;
  sim::Rng restart_rng_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_DEVICE_CONTROL_H_
