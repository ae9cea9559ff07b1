// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/control_plane.h"

#include <algorithm>
#include <optional>
#include <utility>

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

// All that some device watches.
std::vector<wg::IpAddress> WatchedAddresses(const Plan& plan, const Traffic& traffic) {
  std::vector<wg::IpAddress> addresses = plan.watch;
  for (const plan::Pod& pod : plan.pods) addresses.push_back(pod.address);
  for (const FlowEntry& entry : traffic.entries()) {
    addresses.push_back(entry.from);
    addresses.push_back(entry.to);
  }
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

}  // namespace

// Manager, agent and meter of one device.
class ControlPlane::DeviceControl : public wgnode::NetlinkAgent::Observer {
 public:
  DeviceControl(ControlPlane* plane, int device)
      : plane_(plane),
        world_(plane->world_),
        device_(device),
        manager_(world_->plan().method),
        meter_([this](const wg::IpAddress& address) {
          return world_->wire(device_).tunnel->device().Owner(address);
        }, plane->watch_list_.get()) {
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

  // Number `address` of the plane's list.
  void Watch(size_t address, Group group) { meter_.Watch(address, group); }
  const ExposureMeter& meter() const { return meter_; }

  // The manager has heard of a change and acts.
  void Reconfigure(const Notice& notice) {
    const std::vector<plan::Peer>& peers = world_->plan().devices[device_].peers;
    std::vector<wg::SetDevice> requests =
        notice.to != plan::kNone
            ? manager_.Move(KeyOf(peers[notice.peer]), KeyOf(peers[notice.to]), notice.add[0])
            : manager_.Change(KeyOf(peers[notice.peer]), notice.add, notice.remove);
    if (requests.empty()) return;
    const uint64_t id = ended_ + open_.size();
    open_.push_back({.noticed = world_->loop().now(),
                     .device = device_,
                     .peer = notice.to != plan::kNone ? notice.to : notice.peer,
                     .add = notice.add,
                     .remove = notice.remove,
                     .move = notice.to != plan::kNone});
    agent_->Submit({.id = id, .requests = std::move(requests)});
  }

  void OnBegin(uint64_t id) override {
    ReconfigurationLog& log = Log(id);
    log.begin = world_->loop().now();
    log.begun = true;
    meter_.Begin(world_->loop().now());
    if (plane_->observer_ != nullptr) plane_->observer_->OnChangeBegin(device_, log.what());
  }
  void OnStep(uint64_t id, const wg::ConfigStep& step) override {
    if (IsVisible(step.kind)) ++Log(id).steps;
    if (plane_->observer_ != nullptr) plane_->observer_->OnChangeStep(device_, step);
    if (!MayChangeOwners(step.kind)) return;
    ++world_->wire(device_).epoch;
    meter_.AfterStep(world_->loop().now(), step.prefix);
  }
  void OnAnswer(uint64_t id, wg::Errno error) override {
    ++Log(id).messages;
    if (error != wg::Errno::kOk) ++Log(id).failed_messages;
  }
  void OnEnd(uint64_t id) override {
    CHECK_EQ(id, ended_);
    ReconfigurationLog& log = open_.front();
    log.end = world_->loop().now();
    log.finished = true;
    NoteExposure(meter_.End(log.end), &log);
    WriteDownFirst();
  }

  // They end in the order in which they came: those left over are the last ones, and at most the first of them has begun.
  void Close() {
    while (!open_.empty()) {
      if (open_.front().begun) NoteExposure(meter_.Abandon(world_->loop().now()), &open_.front());
      WriteDownFirst();
    }
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

  ReconfigurationLog& Log(uint64_t id) { return open_[id - ended_]; }
  void WriteDownFirst() {
    plane_->book_.Add(std::move(open_.front()));
    open_.pop_front();
    ++ended_;
  }

  const wg::PublicKey& KeyOf(const plan::Peer& peer) const {
    return world_->wire(peer.device).public_key;
  }

  ControlPlane* const plane_;
  World* const world_;
  const int device_;
  Manager manager_;
  ExposureMeter meter_;
  std::optional<sim::Thread> thread_;
  std::unique_ptr<wgnode::NetlinkAgent> agent_;
  std::deque<ReconfigurationLog> open_;  // by id, from ended_ on
  uint64_t ended_ = 0;
};

ControlPlane::ControlPlane(World* world, Intent* intent, const Traffic& traffic)
    : Actor(world->trace().RegisterEntity("control plane")),
      world_(world),
      intent_(intent),
      pod_events_(PlanChurn(world->plan(), world->rng())),
      last_notice_(world->plan().hosts.size(), sim::kStart) {
  const Plan& plan = world->plan();
  watch_list_ = std::make_unique<WatchList>(WatchedAddresses(plan, traffic));
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
  }
  WatchAddresses(traffic);
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

void ControlPlane::WatchAddresses(const Traffic& traffic) {
  constexpr uint8_t kNotWatched = kGroups;
  const Plan& plan = world_->plan();
  const std::vector<wg::IpAddress>& addresses = watch_list_->addresses();
  std::vector<std::pair<size_t, int>> pods;  // number of the address, host
  for (const plan::Pod& pod : plan.pods) pods.push_back({watch_list_->From(pod.address), pod.host});
  std::vector<size_t> watched;
  for (const wg::IpAddress& address : plan.watch) watched.push_back(watch_list_->From(address));
  std::vector<uint8_t> groups;
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    const int device = static_cast<int>(i);
    const int host = plan.devices[i].host;
    groups.assign(addresses.size(), kNotWatched);
    const auto add = [&](size_t address, Group group) {
      groups[address] = std::min(groups[address], static_cast<uint8_t>(group));
    };
    for (const size_t address : watched) add(address, Group::kOther);
    for (const auto& [address, pod_host] : pods) {
      if (pod_host != host) add(address, Group::kOther);
    }
    // The strongest role that an address has in any flow with an end on this host speaks for it.
    // The far end's device looks for its source, too: what it does not find it does not let in.
    for (const FlowEntry& entry : traffic.entries()) {
      if (entry.flow->from.host != host && entry.flow->to.host != host) continue;
      for (const wg::IpAddress& address : {entry.to, entry.from}) {
        if (world_->DeviceTowards(host, address) != device) continue;
        const bool bystander = entry.role == plan::Role::kBystander &&
                               (address == entry.to || !IsTakenAway(plan, device, address));
        add(watch_list_->From(address), bystander ? Group::kBystander : Group::kTouched);
      }
    }
    for (size_t address = 0; address < groups.size(); ++address) {
      if (groups[address] == kNotWatched) continue;
      devices_[i]->Watch(address, static_cast<Group>(groups[address]));
    }
  }
}

ControlPlane::~ControlPlane() = default;

void ControlPlane::Close() {
  for (const auto& device : devices_) device->Close();
}

ControlPlane::GroupExposures ControlPlane::Exposures(Group group) const {
  GroupExposures all;
  for (const auto& device : devices_) {
    const std::vector<sim::Duration>& some = device->meter().worst(group);
    all.exposed.insert(all.exposed.end(), some.begin(), some.end());
    all.others += device->meter().reconfigurations() - some.size();
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
    case kNotice: return HearNumber(which);
  }
}

void ControlPlane::HappenToPod(const PodEvent& event) {
  const Plan& plan = world_->plan();
  const plan::Pod& pod = plan.pods[event.pod];
  const wg::Prefix prefix = wg::Prefix::Host(pod.address);
  if (event.kind != PodEvent::Kind::kAdd) world_->RemovePod(event.pod, event.host);
  if (event.kind == PodEvent::Kind::kAdd) world_->AddPod(event.pod, event.host);
  if (event.kind == PodEvent::Kind::kMove) world_->AddPod(event.pod, event.to_host);
  const int device_here = world_->DeviceLike(pod.device, event.host);
  const int device_there = event.kind == PodEvent::Kind::kMove
                               ? world_->DeviceLike(pod.device, event.to_host)
                               : plan::kNone;
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    const int device = static_cast<int>(i);
    ++world_->wire(device).epoch;
    // The peers, as this device sees them; kNone where the host concerned is this one, or no peer.
    const int here = world_->PeerNumber(device, device_here);
    const int there = world_->PeerNumber(device, device_there);
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
  Hear({.device = action.device,
        .peer = action.peer,
        .add = Prefixes(action.add.begin(), action.add.end()),
        .remove = Prefixes(action.remove.begin(), action.remove.end())});
}

void ControlPlane::Tell(Notice notice) {
  const int host = world_->plan().devices[notice.device].host;
  const plan::Manager& manager = world_->plan().managers[host];
  const sim::Time at =
      world_->loop().now() + manager.notice_delay +
      notice_rngs_[host].UniformDuration(sim::Duration(0), manager.notice_jitter);
  last_notice_[host] = std::max(last_notice_[host], at);
  notices_.push_back(std::move(notice));
  world_->loop().At(last_notice_[host], this, Arg(kNotice, first_notice_ + notices_.size() - 1));
}

void ControlPlane::HearNumber(uint64_t number) {
  Notice& notice = notices_[number - first_notice_];
  notice.heard = true;
  Hear(notice);
  for (; !notices_.empty() && notices_.front().heard; ++first_notice_) notices_.pop_front();
}

void ControlPlane::Hear(const Notice& notice) { devices_[notice.device]->Reconfigure(notice); }

}  // namespace scenario
