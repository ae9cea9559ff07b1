// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/device_control.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "protocol/config_session.h"
#include "protocol/effects.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

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

MeshNode NodeOf(const World& world, const plan::Peer& peer) {
  return {.present = true,
          .key = world.wire(peer.device).public_key,
          .endpoint = peer.endpoint,
          .keepalive = peer.persistent_keepalive,
          .preshared_key = peer.preshared_key,
          .prefixes = peer.allowed_ips};
}

}  // namespace

DeviceControl::DeviceControl(World* world, int device, WatchList* watch_list,
                             DeviceControlSink* sink, ReconfigurationBook* book)
    : Actor(world->trace().RegisterEntity(
          absl::StrCat(world->plan().hosts[world->plan().devices[device].host].name, "/",
                       world->plan().devices[device].name, "/manager"))),
      world_(world),
      device_(device),
      sink_(sink),
      book_(book),
      meter_([this](const wg::IpAddress& address) {
        return world_->wire(device_).tunnel->device().Owner(address);
      }, watch_list),
      restart_rng_(world->rng().Fork("restart").Fork("device", device)) {
  const Plan& plan = world_->plan();
  const plan::Device& spec = plan.devices[device];
  const plan::Host& host = plan.hosts[spec.host];
  const plan::Manager& process = plan.managers[spec.host];
  World::Machine& machine = world_->machine(spec.host);
  thread_.emplace(machine.host->machine(),
                  sim::Thread::Options{.name = "manager", .core = process.core});
  agent_ = std::make_unique<wgnode::NetlinkAgent>(
      wgnode::NetlinkAgent::Options{.loop = &world_->loop(),
                                    .tunnel = world_->wire(device).tunnel.get(),
                                    .thread = &thread_.value(),
                                    .rtnl = machine.rtnl.get(),
                                    .grace = machine.grace.get(),
                                    .costs = &host.costs,
                                    .splitting = process.splitting,
                                    .observer = this},
      entity());
  manager_ = MakeManager(process.method.value_or(plan.method),
                         {.values = process,
                          .read_device = [this] { return world_->wire(device_).tunnel->device().Get(); },
                          .rng = world_->rng().Fork("manager").Fork(host.name).Fork(spec.name),
                          .shared = world_->rng().Fork("mesh")});
  for (size_t i = 0; i < spec.peers.size(); ++i) {
    manager_->Adopt(static_cast<int>(i), NodeOf(*world_, spec.peers[i]));
  }
  if (manager_->WakesNodes()) {
    world_->wire(device_).on_offer = [this](const wg::IpAddress& to) { OnOfferedPacket(to); };
  }
  manager_->Start(world_->loop().now());
  Pump();
}

void DeviceControl::Hear(const MeshEvent& event) {
  if (down_ || replaying_ || Stands()) {
    waiting_.push_back(event);
    return;
  }
  manager_->Hear(event, world_->loop().now());
  Pump();
}

void DeviceControl::OwnChange(MeshEvent::Kind kind, wg::SetDevice request) {
  const uint64_t id = Open(kind == MeshEvent::Kind::kKeyChanged ? "own key"
                           : kind == MeshEvent::Kind::kRestart  ? "reboot"
                                                                : "own port",
                           0);
  own_changes_.emplace(id, std::pair(kind, request));
  agent_->Submit({.id = id, .requests = {std::move(request)}});
}

uint64_t DeviceControl::Open(std::string what, int peer) {
  open_.push_back({.noticed = world_->loop().now(),
                   .device = device_,
                   .peer = std::max(peer, 0),
                   .what = std::move(what)});
  return ended_ + open_.size() - 1;
}

void DeviceControl::WriteDownFirst() {
  book_->Add(std::move(open_.front()));
  open_.pop_front();
  ++ended_;
}

void DeviceControl::Pump() {
  const auto carry_out = [this] {
    for (Manager::Change& change : manager_->Take()) {
      if (change.at_once && Idle()) {
        DoAtOnce(std::move(change));
        continue;
      }
      const uint64_t id = Open(std::move(change.what), change.node);
      agent_->Submit({.id = id, .requests = std::move(change.requests)});
    }
  };
  carry_out();
  while (!down_ && !Stands() && Idle() && manager_->due() && *manager_->due() <= world_->loop().now()) {
    manager_->Run(world_->loop().now());
    carry_out();
  }
  if (down_ || Stands() || !manager_->due()) return;
  const sim::Time due = *manager_->due();
  if (due <= world_->loop().now()) return;  // it runs when what is under way is done
  if (wake_at_ && *wake_at_ <= due) return;
  wake_at_ = due;
  world_->loop().At(due, this, kWake);
}

void DeviceControl::DoAtOnce(Manager::Change change) {
  const uint64_t id = Open(std::move(change.what), change.node);
  at_once_ = true;
  OnBegin(id);
  wgnode::WgTunnel& tunnel = *world_->wire(device_).tunnel;
  for (wg::SetDevice& request : change.requests) {
    wg::Effects fx;
    const wg::Errno error =
        wg::Configure(&tunnel.device(), std::move(request), tunnel.Now(), &fx);
    tunnel.Apply(&fx, world_->plan().managers[world_->plan().devices[device_].host].core);
    OnStep(id, {.kind = wg::StepKind::kApply});
    OnAnswer(id, error);
  }
  OnEnd(id);
  at_once_ = false;
}

void DeviceControl::OnEvent(uint64_t event) {
  switch (static_cast<Event>(event)) {
    case kWake:
      if (wake_at_ && *wake_at_ <= world_->loop().now()) wake_at_.reset();
      return Pump();
    case kStartAgain:
      start_late_ = !Idle();
      if (!start_late_) StartAgain();
      return;
    case kReplay:
      return ReplayNext();
  }
}

void DeviceControl::Restart(sim::Duration downtime, sim::Duration replay) {
  if (down_ || replaying_) return;
  down_ = true;
  replay_time_ = replay;
  world_->loop().At(world_->loop().now() + downtime, this, kStartAgain);
}

void DeviceControl::StartAgain() {
  const sim::Time now = world_->loop().now();
  // What happened while it was down is part of everything that it is told; nothing is done about it yet.
  for (const MeshEvent& event : waiting_) {
    manager_->Hear(event, now);
    manager_->Take();
  }
  waiting_.clear();
  replay_.clear();
  replayed_ = 0;
  const std::vector<MeshNode>& nodes = manager_->nodes();
  for (size_t i = 0; i < nodes.size(); ++i) {
    const int node = static_cast<int>(i);
    if (nodes[i].present) {
      MeshNode state = nodes[i];
      state.prefixes = {};
      replay_.push_back({.kind = MeshEvent::Kind::kNodeAdded, .node = node, .state = std::move(state)});
    }
    for (const wg::Prefix& prefix : nodes[i].prefixes) {
      replay_.push_back({.kind = MeshEvent::Kind::kPrefixes, .node = node, .add = {prefix}});
    }
  }
  sim::Rng rng = restart_rng_.Fork("order", restarts_++);
  for (size_t i = replay_.size(); i > 1; --i) std::swap(replay_[i - 1], replay_[rng.Uniform(i)]);
  replay_.push_back({.kind = MeshEvent::Kind::kSynced});
  down_ = false;
  replaying_ = true;
  replay_start_ = now;
  manager_->Hear({.kind = MeshEvent::Kind::kRestart}, now);
  Pump();
  ReplayNext();
}

void DeviceControl::ReplayNext() {
  const sim::Time now = world_->loop().now();
  while (replayed_ < replay_.size()) {
    const sim::Time at =
        replay_start_ + replay_time_ / static_cast<int64_t>(replay_.size()) * static_cast<int64_t>(replayed_ + 1);
    if (at > now) {
      world_->loop().At(at, this, kReplay);
      return;
    }
    manager_->Hear(replay_[replayed_++], now);
    Pump();
  }
  replaying_ = false;
  HearWaiting();
}

void DeviceControl::HearWaiting() {
  if (down_ || replaying_ || Stands()) return;
  std::deque<MeshEvent> waited;
  waited.swap(waiting_);
  for (const MeshEvent& event : waited) Hear(event);
}

void DeviceControl::Pause(bool paused) {
  paused_ = paused;
  agent_->Pause(paused);
  if (paused) return;
  HearWaiting();
  Pump();
}

void DeviceControl::Crash() {
  wgnode::WgTunnel& tunnel = *world_->wire(device_).tunnel;
  crashed_ = true;
  agent_->Abandon();
  before_crash_ = tunnel.device().Get();
  before_crash_.peers.clear();
  tunnel.LoseMemory();
  ++world_->wire(device_).epoch;
}

void DeviceControl::Boot() {
  CHECK(crashed_);
  wgnode::WgTunnel& tunnel = *world_->wire(device_).tunnel;
  wg::Effects fx;
  CHECK(wg::Configure(&tunnel.device(), Wish(), tunnel.Now(), &fx) == wg::Errno::kOk);
  tunnel.Apply(&fx, 0);
  CHECK(tunnel.interface()->SetUp(true) == wg::Errno::kOk);
  ++world_->wire(device_).epoch;
  crashed_ = false;
  HearWaiting();
  Pump();
}

wg::SetDevice DeviceControl::Wish() const {
  wg::SetDevice request;
  request.private_key = before_crash_.private_key;
  request.listen_port = before_crash_.listen_port;
  request.fwmark = before_crash_.fwmark;
  for (size_t i = 0; i < manager_->nodes().size(); ++i) {
    const MeshNode& node = manager_->nodes()[i];
    if (!node.present || manager_->Sleeps(static_cast<int>(i))) continue;
    wg::SetPeer peer{.public_key = node.key};
    peer.endpoint = node.endpoint;
    peer.preshared_key = node.preshared_key;
    if (node.keepalive != 0) peer.persistent_keepalive = node.keepalive;
    for (const wg::Prefix& prefix : node.prefixes) peer.allowed_ips.push_back({.prefix = prefix});
    request.peers.push_back(std::move(peer));
  }
  return request;
}

void DeviceControl::OnOfferedPacket(const wg::IpAddress& address) {
  const int peer = manager_->OwnerOf(address);
  if (peer >= 0) sink_->OnOffer(device_, peer);
}

void DeviceControl::OnBegin(uint64_t id) {
  ReconfigurationLog& log = Log(id);
  log.begin = world_->loop().now();
  log.begun = true;
  meter_.Begin(world_->loop().now());
  if (observer_ != nullptr) observer_->OnChangeBegin(device_, log.what);
}

void DeviceControl::OnStep(uint64_t id, const wg::ConfigStep& step) {
  if (IsVisible(step.kind)) ++Log(id).steps;
  if (observer_ != nullptr) observer_->OnChangeStep(device_, step);
  if (!MayChangeOwners(step.kind)) return;
  ++world_->wire(device_).epoch;
  meter_.AfterStep(world_->loop().now(), step.prefix);
}

void DeviceControl::OnAnswer(uint64_t id, wg::Errno error) {
  ++Log(id).messages;
  if (error != wg::Errno::kOk) ++Log(id).failed_messages;
}

void DeviceControl::OnEnd(uint64_t id) {
  CHECK_EQ(id, ended_);
  ReconfigurationLog& log = open_.front();
  log.end = world_->loop().now();
  log.finished = true;
  NoteExposure(meter_.End(log.end), &log);
  const bool ok = log.failed_messages == 0;
  WriteDownFirst();
  if (const auto own = own_changes_.find(id); own != own_changes_.end()) {
    const auto [kind, request] = std::move(own->second);
    own_changes_.erase(own);
    if (ok) sink_->OnOwnChange(device_, kind, request);
  } else if (!at_once_) {
    manager_->Answered(ok, world_->loop().now());
  }
  if (at_once_) return;
  if (start_late_ && Idle()) {
    start_late_ = false;
    StartAgain();
  }
  Pump();
}

// They end in the order in which they came: those left over are the last ones, and at most the first of them has begun.
void DeviceControl::Close() {
  while (!open_.empty()) {
    if (open_.front().begun) NoteExposure(meter_.Abandon(world_->loop().now()), &open_.front());
    WriteDownFirst();
  }
  world_->wire(device_).on_offer = nullptr;
}

void DeviceControl::NoteExposure(const std::vector<Exposure>& exposures, ReconfigurationLog* log) {
  if (observer_ != nullptr) observer_->OnChangeEnd(device_, exposures);
  for (const Exposure& exposure : exposures) {
    if (exposure.total() <= log->exposure) continue;
    log->exposure = exposure.total();
    log->exposed = exposure.address;
  }
}

}  // namespace scenario
