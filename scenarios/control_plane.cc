// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/control_plane.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "sim/thread.h"

namespace scenario {
namespace {

// Events of the loop: what, in the top bits of the argument, and which.
enum What : uint64_t { kPodEvent, kAction, kNotice };
constexpr int kWhatShift = 56;
uint64_t Arg(What what, uint64_t which) { return static_cast<uint64_t>(what) << kWhatShift | which; }

// Steps that change something another core can read. Waits do not, nor does looking for staged packets.
bool IsVisible(wg::StepKind kind) {
  return kind != wg::StepKind::kBegin && kind != wg::StepKind::kEnd &&
         kind != wg::StepKind::kGracePeriod && kind != wg::StepKind::kFlushQueues &&
         kind != wg::StepKind::kFlushStaged;
}

bool MayChangeOwners(wg::StepKind kind) {
  return kind == wg::StepKind::kRemoveAllowedIp || kind == wg::StepKind::kInsertAllowedIp ||
         kind == wg::StepKind::kClearTable4 || kind == wg::StepKind::kClearTable6 ||
         kind == wg::StepKind::kApply;
}

// Whether an action means to take the address away on this device. Churn takes away none that a bystander uses.
bool IsTakenAway(const Plan& plan, int device, const wg::IpAddress& address) {
  for (const plan::Reconfigure& action : plan.reconfigures) {
    if (action.device != device) continue;
    for (const wg::Prefix& prefix : action.remove) {
      if (prefix.Contains(address)) return true;
    }
  }
  return false;
}

std::string Describe(const std::vector<wg::Prefix>& add, const std::vector<wg::Prefix>& remove,
                     bool move) {
  std::string text;
  for (const wg::Prefix& prefix : remove) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", "remove ", prefix.ToString());
  }
  for (const wg::Prefix& prefix : add) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", move ? "move " : "add ", prefix.ToString());
  }
  return text;
}

}  // namespace

// Manager, agent and meter of one device.
class ControlPlane::DeviceControl : public wgnode::NetlinkAgent::Observer {
 public:
  DeviceControl(ControlPlane* plane, int device)
      : plane_(plane),
        world_(plane->world_),
        device_(device),
        log_(&plane->log_),
        manager_(world_->plan().method),
        meter_([this](const wg::IpAddress& address) {
          return world_->wire(device_).tunnel->device().Owner(address);
        }) {
    const Plan& plan = world_->plan();
    const plan::Device& spec = plan.devices[device];
    const plan::Manager& process = plan.managers[spec.host];
    World::Machine& machine = world_->machine(spec.host);
    thread_.emplace(machine.host->machine(),
                    sim::Thread::Options{.name = "manager", .core = process.core});
    agent_ = std::make_unique<wgnode::NetlinkAgent>(
        wgnode::NetlinkAgent::Options{
            .loop = &world_->loop(),
            .tunnel = world_->wire(device).tunnel.get(),
            .thread = &thread_.value(),
            .rtnl = machine.rtnl.get(),
            .grace = machine.grace.get(),
            .costs = &plan.hosts[spec.host].costs,
            .splitting = process.splitting,
            .observer = this},
        world_->trace().RegisterEntity(
            absl::StrCat(plan.hosts[spec.host].name, "/", spec.name, "/manager")));
    for (const plan::Peer& peer : spec.peers) manager_.Adopt(KeyOf(peer), peer.allowed_ips);
  }

  void Watch(const wg::IpAddress& address, Group group) { meter_.Watch(address, group); }
  const ExposureMeter& meter() const { return meter_; }

  // The manager has heard of a change and acts.
  void Reconfigure(const Notice& notice) {
    const std::vector<plan::Peer>& peers = world_->plan().devices[device_].peers;
    std::vector<wg::SetDevice> requests =
        notice.to != plan::kNone
            ? manager_.Move(KeyOf(peers[notice.peer]), KeyOf(peers[notice.to]), notice.add[0])
            : manager_.Change(KeyOf(peers[notice.peer]), notice.add, notice.remove);
    if (requests.empty()) return;
    const uint64_t id = logs_.size();
    logs_.push_back({.noticed = world_->loop().now(),
                     .device = device_,
                     .peer = notice.to != plan::kNone ? notice.to : notice.peer,
                     .what = Describe(notice.add, notice.remove, notice.to != plan::kNone)});
    agent_->Submit({.id = id, .requests = std::move(requests)});
  }

  void OnBegin(uint64_t id) override {
    logs_[id].begin = world_->loop().now();
    logs_[id].begun = true;
    meter_.Begin(world_->loop().now());
    if (plane_->observer_ != nullptr) plane_->observer_->OnChangeBegin(device_, logs_[id].what);
  }
  void OnStep(uint64_t id, const wg::ConfigStep& step) override {
    if (IsVisible(step.kind)) ++logs_[id].steps;
    if (plane_->observer_ != nullptr) plane_->observer_->OnChangeStep(device_, step);
    if (!MayChangeOwners(step.kind)) return;
    ++world_->wire(device_).epoch;
    meter_.AfterStep(world_->loop().now(), step.prefix);
  }
  void OnAnswer(uint64_t id, wg::Errno error) override {
    ++logs_[id].messages;
    if (error != wg::Errno::kOk) ++logs_[id].failed_messages;
  }
  void OnEnd(uint64_t id) override {
    logs_[id].end = world_->loop().now();
    logs_[id].finished = true;
    NoteExposure(meter_.End(logs_[id].end), &logs_[id]);
    log_->push_back(std::move(logs_[id]));
    ++ended_;
  }

  // They end in the order in which they came: those left over are the last ones, and at most the first of them has begun.
  void Close() {
    for (size_t id = ended_; id < logs_.size(); ++id) {
      if (logs_[id].begun) NoteExposure(meter_.Abandon(world_->loop().now()), &logs_[id]);
      log_->push_back(std::move(logs_[id]));
    }
    ended_ = logs_.size();
  }

 private:
  void NoteExposure(const std::vector<Exposure>& exposures, ReconfigurationLog* log) {
    if (plane_->observer_ != nullptr) plane_->observer_->OnChangeEnd(device_, exposures);
    for (const Exposure& exposure : exposures) {
      if (exposure.total() <= log->exposure) continue;
      log->exposure = exposure.total();
      log->exposed = exposure.address;
    }
  }

  const wg::PublicKey& KeyOf(const plan::Peer& peer) const {
    return world_->wire(peer.device).public_key;
  }

  ControlPlane* const plane_;
  World* const world_;
  const int device_;
  std::vector<ReconfigurationLog>* const log_;
  Manager manager_;
  ExposureMeter meter_;
  std::optional<sim::Thread> thread_;
  std::unique_ptr<wgnode::NetlinkAgent> agent_;
  std::vector<ReconfigurationLog> logs_;  // by id; moved out at the end of each
  size_t ended_ = 0;
};

ControlPlane::ControlPlane(World* world, Intent* intent, const Traffic& traffic)
    : Actor(world->trace().RegisterEntity("control plane")),
      world_(world),
      intent_(intent),
      pod_events_(PlanChurn(world->plan(), world->rng())),
      last_notice_(world->plan().hosts.size(), sim::kStart) {
  const Plan& plan = world->plan();
  for (const plan::Host& host : plan.hosts) {
    notice_rngs_.push_back(world->rng().Fork("notice").Fork(host.name));
  }
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    const int device = static_cast<int>(i);
    devices_.push_back(std::make_unique<DeviceControl>(this, device));
    for (size_t peer = 0; peer < plan.devices[i].peers.size(); ++peer) {
      for (const wg::Prefix& prefix : plan.devices[i].peers[peer].allowed_ips) {
        intent_->Give(device, prefix, static_cast<int>(peer));
      }
    }
    // The strongest role that an address has in any flow with an end on this host speaks for it.
    absl::btree_map<wg::IpAddress, Group> groups;
    for (const wg::IpAddress& address : plan.watch) groups.emplace(address, Group::kOther);
    for (const plan::Pod& pod : plan.pods) {
      if (pod.host != plan.devices[i].host) groups.emplace(pod.address, Group::kOther);
    }
    // The far end's device looks for its source, too: what it does not find it does not let in.
    for (const FlowEntry& entry : traffic.entries()) {
      const bool here = entry.flow->from.host == plan.devices[i].host ||
                        entry.flow->to.host == plan.devices[i].host;
      if (!here) continue;
      for (const wg::IpAddress& address : {entry.to, entry.from}) {
        if (world->DeviceTowards(plan.devices[i].host, address) != device) continue;
        const bool bystander = entry.role == plan::Role::kBystander &&
                               (address == entry.to || !IsTakenAway(plan, device, address));
        const Group group = bystander ? Group::kBystander : Group::kTouched;
        auto [at, is_new] = groups.emplace(address, group);
        if (!is_new) at->second = std::min(at->second, group);
      }
    }
    for (const auto& [address, group] : groups) devices_.back()->Watch(address, group);
  }
  for (size_t i = 0; i < plan.reconfigures.size(); ++i) {
    const plan::Reconfigure& action = plan.reconfigures[i];
    for (int time = 0; time < action.times; ++time) {
      const sim::Duration at = action.at + time * action.every;
      if (at >= plan.duration) break;
      world->loop().At(sim::kStart + at, this, Arg(kAction, i));
    }
  }
  ScheduleNextPodEvent();
}

ControlPlane::~ControlPlane() = default;

void ControlPlane::Close() {
  for (const auto& device : devices_) device->Close();
}

std::vector<sim::Duration> ControlPlane::Exposures(Group group) const {
  std::vector<sim::Duration> all;
  for (const auto& device : devices_) {
    const std::vector<sim::Duration>& some = device->meter().per_reconfiguration(group);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

void ControlPlane::ScheduleNextPodEvent() {
  if (next_pod_event_ == pod_events_.size()) return;
  world_->loop().At(sim::kStart + pod_events_[next_pod_event_].at, this, Arg(kPodEvent, next_pod_event_));
}

void ControlPlane::OnEvent(uint64_t arg) {
  const uint64_t which = arg & ((uint64_t{1} << kWhatShift) - 1);
  switch (static_cast<What>(arg >> kWhatShift)) {
    case kPodEvent:
      HappenToPod(pod_events_[which]);
      ++next_pod_event_;
      return ScheduleNextPodEvent();
    case kAction: return Act(world_->plan().reconfigures[which]);
    case kNotice: return Hear(notices_[which]);
  }
}

void ControlPlane::HappenToPod(const PodEvent& event) {
  const Plan& plan = world_->plan();
  const plan::Pod& pod = plan.pods[event.pod];
  const wg::Prefix prefix = wg::Prefix::Host(pod.address);
  if (event.kind != PodEvent::Kind::kAdd) world_->RemovePod(event.pod, event.host);
  if (event.kind == PodEvent::Kind::kAdd) world_->AddPod(event.pod, event.host);
  if (event.kind == PodEvent::Kind::kMove) world_->AddPod(event.pod, event.to_host);
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    const int device = static_cast<int>(i);
    ++world_->wire(device).epoch;
    // The peers, as this device sees them; kNone where the host concerned is this one, or no peer.
    const int here = world_->PeerNumber(device, world_->DeviceLike(pod.device, event.host));
    const int there =
        event.kind == PodEvent::Kind::kMove
            ? world_->PeerNumber(device, world_->DeviceLike(pod.device, event.to_host))
            : plan::kNone;
    Notice notice{.device = device, .peer = here};
    if (event.kind == PodEvent::Kind::kMove && there != plan::kNone) {
      intent_->Give(device, prefix, there);
      notice.add = {prefix};
      if (here != plan::kNone) {
        notice.to = there;
      } else {
        notice.peer = there;
      }
    } else if (here == plan::kNone) {
      continue;
    } else if (event.kind == PodEvent::Kind::kAdd) {
      intent_->Give(device, prefix, here);
      notice.add = {prefix};
    } else {
      intent_->Take(device, prefix, here);
      notice.remove = {prefix};
    }
    Tell(std::move(notice));
  }
}

void ControlPlane::Act(const plan::Reconfigure& action) {
  for (const wg::Prefix& prefix : action.remove) intent_->Take(action.device, prefix, action.peer);
  for (const wg::Prefix& prefix : action.add) intent_->Give(action.device, prefix, action.peer);
  ++world_->wire(action.device).epoch;
  // An action is what the manager itself does: it needs no notice.
  Hear({.device = action.device, .peer = action.peer, .add = action.add, .remove = action.remove});
}

void ControlPlane::Tell(Notice notice) {
  const int host = world_->plan().devices[notice.device].host;
  const plan::Manager& manager = world_->plan().managers[host];
  const sim::Time at =
      world_->loop().now() + manager.notice_delay +
      notice_rngs_[host].UniformDuration(sim::Duration(0), manager.notice_jitter);
  last_notice_[host] = std::max(last_notice_[host], at);
  notices_.push_back(std::move(notice));
  world_->loop().At(last_notice_[host], this, Arg(kNotice, notices_.size() - 1));
}

void ControlPlane::Hear(const Notice& notice) { devices_[notice.device]->Reconfigure(notice); }

}  // namespace scenario
