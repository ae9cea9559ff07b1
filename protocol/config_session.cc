// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/config_session.h"

#include <utility>
#include <vector>

#include "protocol/allowedips.h"
#include "protocol/check.h"
#include "protocol/device_state.h"
#include "protocol/peer.h"
#include "protocol/profile.h"

namespace wg {
namespace {

bool HasEntryToRemove(const SetDevice& request) {
  for (const SetPeer& peer : request.peers) {
    for (const AllowedIpChange& change : peer.allowed_ips) {
      if (change.remove) return true;
    }
  }
  return false;
}

Errno ErrorOf(const AllowedIpChange& change) {
  if (change.error != Errno::kOk) return change.error;
  const Prefix& prefix = change.prefix;
  const bool good = prefix.family() != Family::kNone && prefix.length() <= prefix.address().width();
  return good ? Errno::kOk : Errno::kInval;
}

uint32_t ListLength(const AllowedIps& table, uint32_t owner) {
  uint32_t n = 0;
  for (auto e = table.First(owner); e != AllowedIps::Entry::kEnd; e = table.Next(e)) ++n;
  return n;
}

}  // namespace

ConfigSession::ConfigSession(Device* device, SetDevice request)
    : device_(device),
      request_(std::move(request)),
      refused_(!device->state().profile.has_remove_me && HasEntryToRemove(request_)) {
  Prepare();
}

void ConfigSession::Step(Now now, Effects* fx, const BindOutcome& bind) {
  CHECK(next_.has_value());
  const bool whole = next_->kind == StepKind::kApply;
  do {
    PerformFront(now, fx, bind);
    Prepare();
  } while (whole && next_->kind == StepKind::kApply);
  if (next_.has_value() && next_->kind == StepKind::kApply) DescribeMerged();
}

Grain ConfigSession::grain() const { return device_->state().profile.grain; }

void ConfigSession::Fail(Errno error) {
  error_ = error;
  ops_.clear();
  stage_ = Stage::kEnd;
}

void ConfigSession::FailAllocation(uint32_t number) {
  CHECK_GT(number, 0u);
  fails_at_ = number;
}

bool ConfigSession::Allocate(uint32_t count) {
  if (fails_at_ == 0) return true;
  if (count < fails_at_) {
    fails_at_ -= count;
    return true;
  }
  fails_at_ = 0;
  Fail(Errno::kNoMem);
  return false;
}

void ConfigSession::Abandon() {
  if (!next_.has_value()) return;
  Fail(Errno::kNoDev);
  Prepare();
}

// --- What each part of the request needs.

void ConfigSession::Expand() {
  switch (stage_) {
    case Stage::kBegin:
      stage_ = Stage::kFwmark;
      return Push(StepKind::kBegin);
    case Stage::kFwmark:
      stage_ = Stage::kListenPort;
      if (request_.fwmark) Push(StepKind::kSetFwmark);
      return;
    case Stage::kListenPort:
      stage_ = Stage::kReplacePeers;
      return ExpandListenPort();
    case Stage::kReplacePeers:
      stage_ = Stage::kPrivateKey;
      if (request_.replace_peers) PushRemovalOfAll();
      return;
    case Stage::kPrivateKey:
      stage_ = Stage::kPeers;
      return ExpandPrivateKey();
    case Stage::kPeers:
      if (peers_taken_ < request_.peers.size()) return ExpandPeer();
      stage_ = Stage::kEnd;
      return;
    case Stage::kEnd:
      stage_ = Stage::kOver;
      return Push(StepKind::kEnd);
    case Stage::kOver:
      CHECK(false);
  }
}

// The number that the interface has already is no change.
void ConfigSession::ExpandListenPort() {
  if (request_.listen_port && *request_.listen_port != device_->state().listen_port) {
    Push(StepKind::kSetListenPort);
  }
}

// Nobody may be a peer of himself: who has the new key's public key goes first. An all-zero key
// derives nothing.
void ConfigSession::ExpandPrivateKey() {
  const Device::State& state = device_->state();
  if (!request_.private_key || *request_.private_key == state.identity.private_key()) return;
  PublicKey derived;
  if (state.crypto.DerivePublic(*request_.private_key, &derived)) {
    if (const Peer* self = FindPeer(state, derived)) PushRemoval(self->id);
  }
  Push(StepKind::kSetPrivateKey);
}

void ConfigSession::ExpandPeer() {
  ++peers_taken_;
  const SetPeer& request = peer_request();
  if (request.error != Errno::kOk) return Fail(request.error);
  const Device::State& state = device_->state();
  if (const Peer* peer = FindPeer(state, request.public_key)) {
    return request.remove ? PushRemoval(peer->id) : PushSettings(peer->id, /*is_new=*/false);
  }
  const bool is_self =
      state.identity.has_identity() && request.public_key == state.identity.public_key();
  if (request.remove || request.update_only || is_self) return;
  Push(StepKind::kCreatePeer);  // which pushes the settings when there is a peer to have them
}

void ConfigSession::PushSettings(PeerId peer, bool is_new) {
  const SetPeer& request = peer_request();
  if (request.preshared_key && !is_new) Push(StepKind::kSetPresharedKey, peer);
  if (request.endpoint) Push(StepKind::kSetEndpoint, peer);
  const bool replaces = request.replace_allowed_ips && !is_new;
  tags_ = replaces && device_->state().profile.replace != ReplaceRule::kRemoveThenInsert;
  tagged_.clear();
  if (replaces && !tags_) Push(StepKind::kRemoveAllowedIp, peer);
  if (!request.allowed_ips.empty()) Push(StepKind::kInsertAllowedIp, peer);
  if (tags_) ops_.push_back({StepKind::kRemoveAllowedIp, peer, 0, /*only_older=*/true});
  if (request.persistent_keepalive) Push(StepKind::kSetKeepalive, peer);
  if (device_->is_up()) Push(StepKind::kFlushStaged, peer);
}

// D1 to D9 of spec/data section 1.6.
void ConfigSession::PushRemoval(PeerId peer) {
  Push(StepKind::kUnlinkPeer, peer);
  Push(StepKind::kRemoveAllowedIp, peer);
  Push(StepKind::kUnhashPeer, peer);
  Push(StepKind::kKillPeer, peer);
  if (grain() == Grain::kPerEntry) Push(StepKind::kGracePeriod, peer);
  PushAfterDeath(peer);
}

// One grace period for all of them, also if there is nobody (wg_peer_remove_all).
void ConfigSession::PushRemovalOfAll() {
  const Device::State& state = device_->state();
  Push(StepKind::kClearTable4);
  if (grain() == Grain::kPerEntry) Push(StepKind::kClearTable6);
  for (const Peer* p = state.first_peer; p != nullptr; p = p->next_peer) {
    Push(StepKind::kUnlinkPeer, p->id);
    Push(StepKind::kUnhashPeer, p->id);
    Push(StepKind::kKillPeer, p->id);
  }
  if (grain() == Grain::kPerEntry) Push(StepKind::kGracePeriod);
  for (const Peer* p = state.first_peer; p != nullptr; p = p->next_peer) PushAfterDeath(p->id);
}

void ConfigSession::PushAfterDeath(PeerId peer) {
  Push(StepKind::kDropKeypairs, peer);
  Push(StepKind::kStopTimers, peer);
  Push(StepKind::kFlushQueues, peer);
  Push(StepKind::kDestroyPeer, peer);
}

// --- The coming step.

void ConfigSession::Prepare() {
  next_.reset();
  for (;;) {
    while (ops_.empty()) {
      if (stage_ == Stage::kOver) return;
      Expand();
    }
    if (Describe(ops_.front())) return;
    if (!ops_.empty()) ops_.pop_front();  // unless it failed
  }
}

bool ConfigSession::Describe(const Op& op) {
  const Device::State& state = device_->state();
  next_.reset();
  switch (op.kind) {
    case StepKind::kInsertAllowedIp:
      if (!DescribeEntry(op)) return false;
      break;
    case StepKind::kRemoveAllowedIp:
      if (!DescribeRemoveAll(op)) return false;
      break;
    default:
      next_ = ConfigStep{.kind = op.kind};
  }
  if (op.kind == StepKind::kSetPrivateKey) next_->changes = state.num_peers;
  if (op.kind == StepKind::kSetListenPort) next_->port = *request_.listen_port;
  if (op.kind == StepKind::kCreatePeer) next_->peer = peer_request().public_key;
  if (op.kind == StepKind::kClearTable4 && grain() != Grain::kPerEntry) next_->changes = 2;
  if (op.peer != PeerId::kNone) next_->peer = FindPeer(state, op.peer)->public_key();
  const bool frame = op.kind == StepKind::kBegin || op.kind == StepKind::kSetFwmark ||
                     op.kind == StepKind::kSetListenPort || op.kind == StepKind::kEnd;
  if (grain() == Grain::kPerRequest && !frame) next_->kind = StepKind::kApply;
  return true;
}

bool ConfigSession::DescribeEntry(const Op& op) {
  const std::vector<AllowedIpChange>& entries = peer_request().allowed_ips;
  if (op.done == entries.size()) return false;
  const AllowedIpChange& entry = entries[op.done];
  if (const Errno error = ErrorOf(entry); error != Errno::kOk) {
    Fail(error);
    return false;
  }
  const AllowedIps::Cost cost = device_->state().allowed_ips.CostOf(entry.prefix);
  next_ = ConfigStep{
      .kind = entry.remove ? StepKind::kRemoveAllowedIp : StepKind::kInsertAllowedIp,
      .prefix = Prefix(entry.prefix.network(), entry.prefix.length()),
      .nodes = cost.nodes,
      .allocations = entry.remove ? 0 : cost.allocations,
  };
  return true;
}

// By its list, so nothing is searched for: each node is found at once.
bool ConfigSession::DescribeRemoveAll(const Op& op) {
  const AllowedIps& table = device_->state().allowed_ips;
  const uint32_t owner = FindPeer(device_->state(), op.peer)->slot;
  const AllowedIps::Entry first = FirstToRemove(op, table, owner);
  if (first == AllowedIps::Entry::kEnd) return false;
  const bool single = grain() == Grain::kPerEntry || op.only_older;
  const uint32_t n = single ? 1 : ListLength(table, owner);
  next_ = ConfigStep{.kind = StepKind::kRemoveAllowedIp, .nodes = n, .changes = n};
  if (n == 1) next_->prefix = table.PrefixOf(first);
  return true;
}

AllowedIps::Entry ConfigSession::FirstToRemove(const Op& op, const AllowedIps& table,
                                               uint32_t owner) const {
  AllowedIps::Entry entry = table.First(owner);
  if (!op.only_older) return entry;
  while (entry != AllowedIps::Entry::kEnd && tagged_.contains(table.PrefixOf(entry))) {
    entry = table.Next(entry);
  }
  return entry;
}

// What the request comes to, as the table stands now.
void ConfigSession::DescribeMerged() {
  const Device::State& state = device_->state();
  ConfigStep sum{.kind = StepKind::kApply, .changes = 0};
  const auto add_list_of = [&](const Peer* peer) {
    const uint32_t n = peer == nullptr ? 0 : ListLength(state.allowed_ips, peer->slot);
    sum.nodes += n;
    sum.changes += n;
  };
  if (request_.replace_peers) {
    for (const Peer* p = state.first_peer; p != nullptr; p = p->next_peer) add_list_of(p);
  }
  for (const SetPeer& request : request_.peers) {
    const Peer* peer = FindPeer(state, request.public_key);
    if (request.remove || request.replace_allowed_ips) add_list_of(peer);
    sum.changes += request.remove == (peer != nullptr);  // created, or destroyed
    sum.changes += request.preshared_key.has_value() + request.endpoint.has_value() +
                   request.persistent_keepalive.has_value();
    if (request.remove) continue;
    for (const AllowedIpChange& entry : request.allowed_ips) {
      if (ErrorOf(entry) != Errno::kOk) break;
      const AllowedIps::Cost cost = state.allowed_ips.CostOf(entry.prefix);
      ++sum.changes;
      sum.nodes += cost.nodes;
      sum.allocations += cost.allocations;
    }
  }
  next_ = sum;
}

// --- Doing it.

void ConfigSession::PerformFront(Now now, Effects* fx, const BindOutcome& bind) {
  Op& op = ops_.front();
  const StepKind kind = op.kind;
  if (op.peer == PeerId::kNone) {
    ops_.pop_front();
    return PerformOnDevice(kind, now, fx, bind);
  }
  Peer* peer = FindPeer(device_->state(), op.peer);
  CHECK(peer != nullptr);
  if (kind == StepKind::kInsertAllowedIp) return PerformEntry(&op, *peer);
  if (kind == StepKind::kRemoveAllowedIp) return PerformRemoveAll(&op, *peer);
  ops_.pop_front();
  PerformOnPeer(kind, peer, now, fx);
}

void ConfigSession::PerformOnDevice(StepKind kind, Now now, Effects* fx, const BindOutcome& bind) {
  Device::State& state = device_->state();
  switch (kind) {
    case StepKind::kBegin:
      if (refused_) return Fail(Errno::kInval);
      // Both are the business of a namespace that is no more (wg_set_device).
      if (state.creating_netns_gone && (request_.listen_port || request_.fwmark)) {
        return Fail(Errno::kPerm);
      }
      ++state.update_gen;
      return;
    case StepKind::kSetFwmark:
      state.fwmark = *request_.fwmark;
      return ClearAllSources(state);
    case StepKind::kSetListenPort:
      ClearAllSources(state);  // also if the port is taken
      if (bind.error != Errno::kOk) return Fail(bind.error);
      state.listen_port = *request_.listen_port != 0 ? *request_.listen_port : bind.port;
      return;
    case StepKind::kSetPrivateKey:
      return SetPrivateKey(state, now, *request_.private_key, fx);
    case StepKind::kCreatePeer:
      return Create(now);
    case StepKind::kClearTable4:
      state.allowed_ips.ClearFamily(Family::kIpv4);
      if (grain() != Grain::kPerEntry) state.allowed_ips.ClearFamily(Family::kIpv6);
      return;
    case StepKind::kClearTable6:
      return state.allowed_ips.ClearFamily(Family::kIpv6);
    case StepKind::kGracePeriod:
    case StepKind::kEnd:
      return;
    default:
      CHECK(false);
  }
}

void ConfigSession::PerformOnPeer(StepKind kind, Peer* peer, Now now, Effects* fx) {
  Device::State& state = device_->state();
  switch (kind) {
    case StepKind::kSetPresharedKey:
      return SetPresharedKey(*peer, *peer_request().preshared_key);
    case StepKind::kSetEndpoint:
      return SetEndpoint(*peer, *peer_request().endpoint);
    case StepKind::kSetKeepalive:
      return SetKeepalive(state, now, *peer, *peer_request().persistent_keepalive, fx);
    case StepKind::kFlushStaged:
      return FlushStaged(state, now, *peer, fx);
    case StepKind::kUnlinkPeer:
      return UnlinkPeer(state, *peer);
    case StepKind::kUnhashPeer:
      return UnhashPeer(state, *peer);
    case StepKind::kKillPeer:
      return KillPeer(*peer);
    case StepKind::kDropKeypairs:
      return DropKeypairs(state, *peer);
    case StepKind::kStopTimers:
      return StopTimers(state, *peer);
    case StepKind::kDestroyPeer:
      return DestroyPeer(state, peer, fx);
    case StepKind::kGracePeriod:
    case StepKind::kFlushQueues:
      return;
    default:
      CHECK(false);
  }
}

void ConfigSession::PerformEntry(Op* op, const Peer& peer) {
  AllowedIps& table = device_->state().allowed_ips;
  const AllowedIpChange& entry = peer_request().allowed_ips[op->done++];
  if (!entry.remove && !Allocate(table.CostOf(entry.prefix).allocations)) return;
  if (tags_ && !entry.remove) {
    const bool is_root = table.nodes(entry.prefix.family()) == 0;
    const bool is_missed =
        is_root && device_->state().profile.replace == ReplaceRule::kRootIsNotTagged;
    if (!is_missed) tagged_.insert(entry.prefix);
  }
  const Errno error = entry.remove ? table.RemoveOne(entry.prefix, peer.slot)
                                   : table.Insert(entry.prefix, peer.slot);
  CHECK(error == Errno::kOk);  // DescribeEntry looked
}

void ConfigSession::PerformRemoveAll(Op* op, const Peer& peer) {
  AllowedIps& table = device_->state().allowed_ips;
  if (op->only_older) {
    const Prefix prefix = table.PrefixOf(FirstToRemove(*op, table, peer.slot));
    CHECK(table.RemoveOne(prefix, peer.slot) == Errno::kOk);
    return;
  }
  if (grain() != Grain::kPerEntry) return table.RemoveByOwner(peer.slot);
  if (op->done++ == 0) table.BeginRemoveByOwner(peer.slot);
  table.RemoveFirst(peer.slot);
}

void ConfigSession::Create(Now now) {
  if (!Allocate(1)) return;
  const SetPeer& request = peer_request();
  const Peer* peer = CreatePeer(device_->state(), now, request.public_key,
                                request.preshared_key.value_or(PresharedKey()));
  if (peer == nullptr) return Fail(Errno::kNoMem);
  PushSettings(peer->id, /*is_new=*/true);
}

Errno Configure(Device* device, SetDevice request, Now now, Effects* fx) {
  ConfigSession session(device, std::move(request));
  while (session.Next()) session.Step(now, fx);
  return session.error();
}

}  // namespace wg
