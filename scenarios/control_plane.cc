// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/control_plane.h"

#include <algorithm>
#include <utility>

#include "protocol/check.h"

namespace scenario {
namespace {

// Events of the loop: what, in the top bits of the argument, and which.
enum What : uint64_t { kChurn, kAction, kNotice, kMeshAction, kDown, kUp, kOverlapEnd };
constexpr int kWhatShift = 56;
uint64_t Arg(What what, uint64_t which) { return static_cast<uint64_t>(what) << kWhatShift | which; }

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

ControlPlane::ControlPlane(World* world, Intent* intent, const Traffic& traffic)
    : Actor(world->trace().RegisterEntity("control plane")),
      world_(world),
      intent_(intent),
      churn_events_(PlanChurn(world->plan(), world->rng()).events),
      rebooting_(world->plan().devices.size()),
      last_notice_(world->plan().hosts.size(), sim::kStart) {
  const Plan& plan = world->plan();
  watch_list_ = std::make_unique<WatchList>(WatchedAddresses(plan, traffic));
  for (const plan::Host& host : plan.hosts) {
    notice_rngs_.push_back(world->rng().Fork("notice").Fork(host.name));
  }
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    const int device = static_cast<int>(i);
    DeviceControlSink* const sink = this;  // a private base: make_unique could not convert
    devices_.push_back(
        std::make_unique<DeviceControl>(world, device, watch_list_.get(), sink, &book_));
    for (size_t peer = 0; peer < plan.devices[i].peers.size(); ++peer) {
      for (const wg::Prefix& prefix : plan.devices[i].peers[peer].allowed_ips) {
        intent_->Give(device, prefix, static_cast<int>(peer));
      }
    }
  }
  WatchAddresses(traffic);
  ScheduleActions();
  ScheduleNextChurnEvent();
}

void ControlPlane::ScheduleActions() {
  const Plan& plan = world_->plan();
  const auto moments = [&](const auto& when, What what, size_t number) {
    for (int time = 0; time < when.times; ++time) {
      const sim::Duration at = when.at + time * when.every;
      if (at >= plan.duration) break;
      world_->loop().At(sim::kStart + at, this, Arg(what, number));
    }
  };
  const auto schedule = [&](const auto& actions, What what) {
    for (size_t i = 0; i < actions.size(); ++i) moments(actions[i], what, i);
  };
  schedule(plan.reconfigures, kAction);
  schedule(plan.mesh_actions, kMeshAction);
  for (size_t i = 0; i < plan.reboots.size(); ++i) moments(plan.reboots[i].when, kDown, i);
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
        const bool leads =
            (entry.flow->from.host == host && world_->DeviceTowards(host, entry.from, address) == device) ||
            (entry.flow->to.host == host && world_->DeviceTowards(host, entry.to, address) == device);
        if (!leads) continue;
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

void ControlPlane::set_observer(ChangeObserver* observer) {
  for (const auto& device : devices_) device->set_observer(observer);
}

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

void ControlPlane::ScheduleNextChurnEvent() {
  if (next_churn_event_ == churn_events_.size()) return;
  world_->loop().At(sim::kStart + churn_events_[next_churn_event_].at, this,
                    Arg(kChurn, next_churn_event_));
}

void ControlPlane::OnEvent(uint64_t arg) {
  const uint64_t which = arg & ((uint64_t{1} << kWhatShift) - 1);
  switch (static_cast<What>(arg >> kWhatShift)) {
    case kChurn:
      Happen(churn_events_[which]);
      ++next_churn_event_;
      return ScheduleNextChurnEvent();
    case kAction: return Act(world_->plan().reconfigures[which]);
    case kMeshAction: return Act(world_->plan().mesh_actions[which]);
    case kNotice: return HearNumber(which);
    case kDown: return GoDown(which);
    case kUp: return ComeUp(which);
    case kOverlapEnd: return EndOverlap(which);
  }
}

void ControlPlane::Happen(const ChurnEvent& event) {
  switch (event.kind) {
    case ChurnEvent::Kind::kLeave:
      return NodeLeaves(event.device);
    case ChurnEvent::Kind::kJoin:
      return NodeJoins(event.device);
    default:
      return HappenToPod(event);
  }
}

void ControlPlane::HappenToPod(const ChurnEvent& event) {
  const Plan& plan = world_->plan();
  const plan::Pod& pod = plan.pods[event.pod];
  const wg::Prefix prefix = wg::Prefix::Host(pod.address);
  if (event.kind != ChurnEvent::Kind::kAdd) world_->RemovePod(event.pod, event.host);
  if (event.kind == ChurnEvent::Kind::kAdd) world_->AddPod(event.pod, event.host);
  if (event.kind == ChurnEvent::Kind::kMove) world_->AddPod(event.pod, event.to_host);
  const int device_here = world_->DeviceLike(pod.device, event.host);
  const int device_there = event.kind == ChurnEvent::Kind::kMove
                               ? world_->DeviceLike(pod.device, event.to_host)
                               : plan::kNone;
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    const int device = static_cast<int>(i);
    ++world_->wire(device).epoch;
    // The peers, as this device sees them; kNone where the host concerned is this one, or no peer.
    const int here = world_->PeerNumber(device, device_here);
    const int there = world_->PeerNumber(device, device_there);
    Notice notice{.device = device, .kind = MeshEvent::Kind::kPrefixes, .peer = here};
    if (event.kind == ChurnEvent::Kind::kMove && there != plan::kNone) {
      intent_->Give(device, prefix, there);
      notice.add = {prefix};
      notice.peer = there;
      if (here != plan::kNone) {
        notice.kind = MeshEvent::Kind::kMove;
        notice.from = here;
      }
    } else if (here == plan::kNone) {
      continue;
    } else if (event.kind == ChurnEvent::Kind::kAdd) {
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
        .kind = MeshEvent::Kind::kPrefixes,
        .peer = action.peer,
        .add = Prefixes(action.add.begin(), action.add.end()),
        .remove = Prefixes(action.remove.begin(), action.remove.end())});
}

void ControlPlane::Act(const plan::MeshAction& action) {
  using Kind = plan::MeshAction::Kind;
  switch (action.kind) {
    case Kind::kLeave:
      return NodeLeaves(action.device);
    case Kind::kJoin:
      return NodeJoins(action.device);
    case Kind::kChangeKey: {
      wg::SetDevice request;
      request.private_key = world_->NewPrivateKey(action.device);
      return devices_[action.device]->OwnChange(MeshEvent::Kind::kKeyChanged, std::move(request));
    }
    case Kind::kChangePort: {
      wg::SetDevice request;
      request.listen_port = action.listen_port;
      return devices_[action.device]->OwnChange(MeshEvent::Kind::kEndpointChanged, std::move(request));
    }
    case Kind::kRestart:
    case Kind::kResync:
      break;
  }
  for (size_t i = 0; i < devices_.size(); ++i) {
    if (world_->plan().devices[i].host != action.host) continue;
    if (action.kind == Kind::kRestart) {
      devices_[i]->Restart(action.downtime, action.replay);
    } else {
      devices_[i]->Hear({.kind = MeshEvent::Kind::kResync});
    }
  }
}

void ControlPlane::NodeLeaves(int device) { TellPeersOf(device, MeshEvent::Kind::kNodeRemoved); }
void ControlPlane::NodeJoins(int device) { TellPeersOf(device, MeshEvent::Kind::kNodeAdded); }
void ControlPlane::AnnounceKey(int device) { TellPeersOf(device, MeshEvent::Kind::kKeyChanged); }
void ControlPlane::AnnounceEndpoint(int device) { TellPeersOf(device, MeshEvent::Kind::kEndpointChanged); }

void ControlPlane::TellPeersOf(int far, MeshEvent::Kind kind, const wg::PublicKey& old_key) {
  for (size_t i = 0; i < world_->plan().devices.size(); ++i) {
    const int device = static_cast<int>(i);
    const int peer = world_->PeerNumber(device, far);
    if (peer == plan::kNone) continue;
    if (kind == MeshEvent::Kind::kNodeRemoved) intent_->Leave(device, peer);
    if (kind == MeshEvent::Kind::kNodeAdded) intent_->Join(device, peer);
    ++world_->wire(device).epoch;
    Tell({.device = device, .kind = kind, .peer = peer, .old_key = old_key});
  }
}

// What the machine knows is gone, and with it what its interfaces were. Their device objects stay, as those that are made at
// the next boot.
void ControlPlane::GoDown(size_t number) {
  const plan::Reboot& reboot = world_->plan().reboots[number];
  const sim::Time up = world_->loop().now() + reboot.downtime;
  // Before the managers' start at the same instant, which then waits for the keys.
  world_->loop().At(up, this, Arg(kUp, number));
  for (size_t i = 0; i < devices_.size(); ++i) {
    if (world_->plan().devices[i].host != reboot.host) continue;
    if (reboot.order == plan::Reboot::Order::kDeleteAdd) NodeLeaves(static_cast<int>(i));
    wg::SetDevice nobody;
    nobody.replace_peers = true;
    devices_[i]->OwnChange(MeshEvent::Kind::kRestart, std::move(nobody));
    devices_[i]->Restart(reboot.downtime, reboot.replay);
  }
}

void ControlPlane::ComeUp(size_t number) {
  using Key = plan::Reboot::Key;
  const plan::Reboot& reboot = world_->plan().reboots[number];
  for (size_t i = 0; i < devices_.size(); ++i) {
    const int device = static_cast<int>(i);
    if (world_->plan().devices[i].host != reboot.host) continue;
    rebooting_[i] = &reboot;
    wg::SetDevice request;
    if (reboot.key == Key::kNew) request.private_key = world_->NewPrivateKey(device);
    if (reboot.key == Key::kFirst) request.private_key = world_->FirstPrivateKey(device);
    devices_[i]->OwnChange(MeshEvent::Kind::kKeyChanged, std::move(request));
  }
}

void ControlPlane::EndOverlap(size_t number) {
  const auto [device, key] = overlaps_[number];
  if (key != world_->wire(device).public_key) TellPeersOf(device, MeshEvent::Kind::kKeyRemoved, key);
}

void ControlPlane::OnOwnChange(int device, MeshEvent::Kind kind, const wg::SetDevice& request) {
  using Order = plan::Reboot::Order;
  if (kind == MeshEvent::Kind::kRestart) return;  // it is down
  if (kind == MeshEvent::Kind::kKeyChanged) {
    const wg::PublicKey old_key = world_->wire(device).public_key;
    if (request.private_key) {
      wg::PublicKey key;
      CHECK(world_->crypto().DerivePublic(*request.private_key, &key));
      world_->SetPublicKey(device, key);
    }
    const plan::Reboot* reboot = std::exchange(rebooting_[device], nullptr);
    if (reboot == nullptr || reboot->order == Order::kKeyChanged) return AnnounceKey(device);
    if (reboot->order == Order::kDeleteAdd) return NodeJoins(device);
    overlaps_.push_back({device, old_key});
    world_->loop().At(world_->loop().now() + reboot->overlap, this,
                      Arg(kOverlapEnd, overlaps_.size() - 1));
    return TellPeersOf(device, MeshEvent::Kind::kKeyAdded);
  }
  world_->wire(device).listen_port = *request.listen_port;
  AnnounceEndpoint(device);
}

void ControlPlane::OnOffer(int device, int peer) {
  const int far = world_->plan().devices[device].peers[peer].device;
  if (devices_[device]->Sleeps(peer)) {
    devices_[device]->Hear({.kind = MeshEvent::Kind::kActive, .node = peer});
  }
  const int back = world_->PeerNumber(far, device);
  if (back == plan::kNone || !devices_[far]->Sleeps(back)) return;
  // A program that sees packets of peers that it has taken out does so when the handshake comes.
  if (devices_[far]->SeesPackets()) {
    return devices_[far]->Hear({.kind = MeshEvent::Kind::kActive, .node = back});
  }
  if (!woken_.insert({far, back}).second) return;
  Tell({.device = far, .kind = MeshEvent::Kind::kActive, .peer = back});
}

MeshNode ControlPlane::StateOf(int device, int peer) const {
  const plan::Peer& plan = world_->plan().devices[device].peers[peer];
  const World::Wire& wire = world_->wire(plan.device);
  MeshNode state{.present = true,
                 .key = wire.public_key,
                 .endpoint = plan.endpoint,
                 .keepalive = plan.persistent_keepalive,
                 .preshared_key = plan.preshared_key};
  if (state.endpoint && state.endpoint->port == world_->plan().devices[plan.device].listen_port) {
    state.endpoint->port = wire.listen_port;
  }
  return state;
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

void ControlPlane::Hear(const Notice& notice) {
  MeshEvent event{.kind = notice.kind,
                  .node = notice.peer,
                  .from = notice.from,
                  .add = {notice.add.begin(), notice.add.end()},
                  .remove = {notice.remove.begin(), notice.remove.end()},
                  .state = {.key = notice.old_key}};
  const bool tells_state = notice.kind != MeshEvent::Kind::kPrefixes &&
                           notice.kind != MeshEvent::Kind::kMove &&
                           notice.kind != MeshEvent::Kind::kKeyRemoved;
  if (tells_state) {
    event.state = StateOf(notice.device, notice.peer);
  }
  if (notice.kind == MeshEvent::Kind::kActive) woken_.erase({notice.device, notice.peer});
  devices_[notice.device]->Hear(event);
}

}  // namespace scenario
