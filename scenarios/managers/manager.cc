// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/managers/manager.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace scenario {

MeshNode& Manager::At(int node) {
  CHECK(node >= 0);
  if (static_cast<size_t>(node) >= nodes_.size()) nodes_.resize(node + 1);
  return nodes_[node];
}

void Manager::Adopt(int node, MeshNode state) {
  CHECK(!At(node).present);
  for (const wg::Prefix& prefix : state.prefixes) owners_[prefix] = node;
  state.present = true;
  At(node) = std::move(state);
  OnAdopted(node);
}

void Manager::Start(sim::Time now) {
  now_ = now;
  if (options_.values.resync_every > sim::Duration(0)) resync_at_ = now + options_.values.resync_every;
  OnStart();
}

std::optional<sim::Time> Manager::due() const {
  if (!resync_at_) return wake_at_;
  return wake_at_ ? std::min(*resync_at_, *wake_at_) : resync_at_;
}

void Manager::Run(sim::Time now) {
  now_ = now;
  if (resync_at_ && *resync_at_ <= now) {
    // One that was too busy does not catch up.
    while (*resync_at_ <= now) *resync_at_ += options_.values.resync_every;
    if (!syncing_) {
      if (events_ == 0) words_ = "resync";
      OnResync();
    }
  }
  if (wake_at_ && *wake_at_ <= now) {
    wake_at_.reset();
    OnWake();
  }
  if (!IsDue()) Said();
}

void Manager::Answered(bool ok, sim::Time now) {
  now_ = now;
  OnAnswered(ok);
}

void Manager::WakeAt(sim::Time time) { wake_at_ = wake_at_ ? std::min(*wake_at_, time) : time; }

void Manager::Changed() {
  if (!syncing_) WakeAt(now_);
}

void Manager::Hear(const MeshEvent& event, sim::Time now) {
  now_ = now;
  if (events_ == 0) about_ = event.node;
  words_ = ++events_ == 1 ? WordsOf(event) : absl::StrCat(events_, " events");
  Dispatch(event);
  if (!IsDue()) Said();
}

void Manager::Said() {
  words_.clear();
  events_ = 0;
  about_ = -1;
}

void Manager::Dispatch(const MeshEvent& event) {
  using Kind = MeshEvent::Kind;
  switch (event.kind) {
    case Kind::kPrefixes:
      return ChangePrefixes(event);
    case Kind::kMove:
      return Move(event);
    case Kind::kNodeAdded: {
      MeshNode& node = At(event.node);
      PrefixList prefixes = std::move(node.prefixes);
      node = event.state;
      node.prefixes = std::move(prefixes);
      node.present = true;
      return OnNodeAdded(event.node);
    }
    case Kind::kNodeRemoved:
      if (!At(event.node).present) return;
      nodes_[event.node].present = false;
      return OnNodeRemoved(event.node);
    case Kind::kKeyChanged:
    case Kind::kKeyAdded: {
      const wg::PublicKey old_key = At(event.node).key;
      nodes_[event.node].key = event.state.key;
      if (!nodes_[event.node].present || old_key == event.state.key) return;
      return event.kind == Kind::kKeyAdded ? OnKeyAdded(event.node, old_key)
                                           : OnKeyChanged(event.node, old_key);
    }
    case Kind::kKeyRemoved:
      // Somebody may have it again.
      if (NodeWithKey(event.state.key) < 0) OnKeyRemoved(event.node, event.state.key);
      return;
    case Kind::kEndpointChanged:
      if (At(event.node).endpoint == event.state.endpoint) return;
      nodes_[event.node].endpoint = event.state.endpoint;
      if (nodes_[event.node].present) OnEndpointChanged(event.node);
      return;
    case Kind::kResync:
      if (!syncing_) OnResync();
      return;
    case Kind::kRestart:
      return Restart();
    case Kind::kSynced:
      syncing_ = false;
      return OnSynced();
    case Kind::kActive:
      return OnActive(event.node);
  }
}

void Manager::Restart() {
  nodes_.clear();
  owners_.clear();
  wake_at_.reset();
  changes_.clear();
  syncing_ = true;
  OnRestart();
}

bool Manager::Forget(int node, const wg::Prefix& prefix) {
  PrefixList& list = At(node).prefixes;
  const auto at = std::find(list.begin(), list.end(), prefix);
  if (at == list.end()) return false;
  list.erase(at);
  owners_.erase(prefix);
  return true;
}

void Manager::ChangePrefixes(const MeshEvent& event) {
  std::vector<wg::Prefix> removed;
  for (const wg::Prefix& prefix : event.remove) {
    if (Forget(event.node, prefix)) removed.push_back(prefix);
  }
  std::vector<wg::Prefix> added;
  for (const wg::Prefix& prefix : event.add) {
    if (const auto owner = owners_.find(prefix); owner != owners_.end()) {
      if (owner->second == event.node) continue;
      // The insertion moves it; no later request shall take it back.
      Forget(owner->second, prefix);
    }
    owners_[prefix] = event.node;
    At(event.node).prefixes.push_back(prefix);
    added.push_back(prefix);
  }
  if (added.empty() && removed.empty()) return;
  if (At(event.node).present) OnPrefixes(event.node, added, removed);
}

void Manager::Move(const MeshEvent& event) {
  const wg::Prefix& prefix = event.add.front();
  const bool had = Forget(event.from, prefix);
  const auto owner = owners_.find(prefix);
  const bool gets = owner == owners_.end() || owner->second != event.node;
  if (gets) {
    if (owner != owners_.end()) Forget(owner->second, prefix);
    owners_[prefix] = event.node;
    At(event.node).prefixes.push_back(prefix);
  }
  const bool from_present = nodes_[event.from].present;
  const bool to_present = At(event.node).present;
  if (had && gets && from_present && to_present) {
    OnMove(event.from, event.node, prefix);
  } else if (gets && to_present) {
    OnPrefixes(event.node, {&prefix, 1}, {});
  } else if (had && from_present) {
    OnPrefixes(event.from, {}, {&prefix, 1});
  }
}

int Manager::OwnerOf(const wg::IpAddress& address) const {
  const wg::Prefix host = wg::Prefix::Host(address);
  for (int length = host.length(); length >= 0; --length) {
    const auto owner = owners_.find(wg::Prefix(address, static_cast<uint8_t>(length)));
    if (owner != owners_.end()) return owner->second;
  }
  return -1;
}

void Manager::Send(std::vector<wg::SetDevice> requests, bool at_once) {
  if (requests.empty()) return;
  changes_.push_back({.what = words_.empty() ? "configure" : words_,
                      .node = about_,
                      .requests = std::move(requests),
                      .at_once = at_once});
}

wg::SetPeer Manager::Whole(int node) const {
  const MeshNode& state = nodes_[node];
  wg::SetPeer peer{.public_key = state.key};
  peer.preshared_key = state.preshared_key;
  peer.endpoint = state.endpoint;
  if (state.keepalive != 0) peer.persistent_keepalive = state.keepalive;
  for (const wg::Prefix& prefix : state.prefixes) peer.allowed_ips.push_back({.prefix = prefix});
  return peer;
}

wg::SetPeer Manager::Replaced(int node) const {
  wg::SetPeer peer = Whole(node);
  peer.replace_allowed_ips = true;
  return peer;
}

wg::SetPeer Manager::ReplacedList(int node) const {
  wg::SetPeer peer = Entries(nodes_[node].key, nodes_[node].prefixes);
  peer.replace_allowed_ips = true;
  return peer;
}

wg::SetPeer Manager::Entries(const wg::PublicKey& key, absl::Span<const wg::Prefix> add,
                             absl::Span<const wg::Prefix> remove) {
  wg::SetPeer peer{.public_key = key};
  peer.allowed_ips.reserve(add.size() + remove.size());
  for (const wg::Prefix& prefix : remove) peer.allowed_ips.push_back({.prefix = prefix, .remove = true});
  for (const wg::Prefix& prefix : add) peer.allowed_ips.push_back({.prefix = prefix});
  return peer;
}

wg::SetDevice Manager::OnePeer(wg::SetPeer peer) {
  wg::SetDevice request;
  request.peers.push_back(std::move(peer));
  return request;
}

wg::SetDevice Manager::WholeDevice() const {
  wg::SetDevice request = OwnIdentity();
  for (const int node : Present()) request.peers.push_back(Replaced(node));
  return request;
}

wg::SetDevice Manager::OwnIdentity() const {
  const wg::GetDevice running = ReadDevice();
  wg::SetDevice request;
  request.private_key = running.private_key;
  request.listen_port = running.listen_port;
  return request;
}

std::vector<wg::SetDevice> Manager::RemoveUnknown() const {
  std::vector<wg::SetDevice> requests;
  for (const wg::GetPeer& peer : ReadDevice().peers) {
    if (NodeWithKey(peer.public_key) < 0) requests.push_back(OnePeer(Removal(peer.public_key)));
  }
  return requests;
}

bool Manager::SameList(absl::Span<const wg::Prefix> a, absl::Span<const wg::Prefix> b) {
  if (a == b) return true;
  if (a.size() != b.size()) return false;
  std::vector<wg::Prefix> first(a.begin(), a.end()), second(b.begin(), b.end());
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  return first == second;
}

const wg::GetPeer* Manager::FindPeer(const wg::GetDevice& device, const wg::PublicKey& key) {
  for (const wg::GetPeer& peer : device.peers) {
    if (peer.public_key == key) return &peer;
  }
  return nullptr;
}

std::vector<int> Manager::Present() const {
  std::vector<int> present;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].present) present.push_back(static_cast<int>(i));
  }
  return present;
}

int Manager::NodeWithKey(const wg::PublicKey& key) const {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].present && nodes_[i].key == key) return static_cast<int>(i);
  }
  return -1;
}

void Manager::OnPrefixes(int, absl::Span<const wg::Prefix>, absl::Span<const wg::Prefix>) { Changed(); }
void Manager::OnMove(int, int, const wg::Prefix&) { Changed(); }
void Manager::OnNodeAdded(int) { Changed(); }
void Manager::OnNodeRemoved(int) { Changed(); }
void Manager::OnKeyChanged(int, const wg::PublicKey&) { Changed(); }
void Manager::OnKeyAdded(int node, const wg::PublicKey& old_key) { OnKeyChanged(node, old_key); }
void Manager::OnEndpointChanged(int) { Changed(); }
void Manager::OnResync() { Changed(); }
void Manager::OnSynced() { Changed(); }

}  // namespace scenario
