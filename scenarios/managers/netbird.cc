// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// NetBird on the kernel's WireGuard (client/iface/configurer/kernel_unix.go): one call for each thing, one after the other. A prefix is
// added with UPDATE_ONLY; to remove one the device is read and what remains is sent with UPDATE_ONLY and REPLACE_ALLOWEDIPS. A new
// endpoint removes the peer and adds it again. Keepalive 25 s.
//
// A peer without traffic for 15 minutes becomes lazy: it is removed and added with its first prefix and an endpoint on the loopback
// where the program waits for its handshake; that wakes it up: removed and added with its own endpoint, and then the other (routed)
// prefixes are given back with UPDATE_ONLY. With early_update_only they are given back while the peer is absent, which does nothing,
// and stay lost (netbirdio/netbird#6250, #6829).
//
// Judgement: the other side is woken through the signalling server, so after its notice delay. A restart makes the interface anew.
#include <algorithm>
#include <deque>

#include "absl/container/btree_set.h"
#include "scenarios/managers/idle_watch.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

constexpr uint16_t kKeepalive = 25;
constexpr uint16_t kListener = 17473;  // the first port of those that wait on 127.0.0.1

class Netbird : public Manager {
 public:
  using Manager::Manager;

  bool WakesNodes() const override { return values().idle_after > sim::Duration(0); }
  bool Sleeps(int node) const override { return lazy_.contains(node); }

 private:
  enum class What { kAdd, kRemove, kJoin, kLeave, kReset, kSleep, kWake };
  struct Op {
    What what;
    int node;
    wg::PublicKey key;
    std::vector<wg::Prefix> prefixes;
  };

  void Push(What what, int node, absl::Span<const wg::Prefix> prefixes = {}) {
    ops_.push_back({what, node, nodes()[node].key, {prefixes.begin(), prefixes.end()}});
    WakeAt(now());
  }

  void OnStart() override {
    if (values().idle_after == sim::Duration(0)) return;
    next_look_ = now() + IdleWatch::kLook;
    WakeAt(next_look_);
  }
  void OnPrefixes(int node, absl::Span<const wg::Prefix> added,
                  absl::Span<const wg::Prefix> removed) override {
    if (!added.empty()) Push(What::kAdd, node, added);
    if (!removed.empty()) Push(What::kRemove, node, removed);
  }
  void OnMove(int from, int to, const wg::Prefix& prefix) override {
    Push(What::kAdd, to, {&prefix, 1});
    Push(What::kRemove, from, {&prefix, 1});
  }
  void OnNodeAdded(int node) override { Push(What::kJoin, node); }
  void OnNodeRemoved(int node) override {
    lazy_.erase(node);
    Push(What::kLeave, node);
  }
  void OnKeyChanged(int node, const wg::PublicKey& old_key) override {
    Push(What::kLeave, node);
    ops_.back().key = old_key;
    Push(What::kJoin, node);
  }
  void OnEndpointChanged(int node) override { Push(What::kReset, node); }
  void OnActive(int node) override {
    if (lazy_.erase(node) > 0) Push(What::kWake, node);
  }
  void OnResync() override {
    for (const int node : Present()) Push(What::kJoin, node);
  }
  void OnRestart() override {
    ops_.clear();
    lazy_.clear();
    wg::SetDevice nobody;
    nobody.replace_peers = true;
    Send({nobody});
    if (values().idle_after > sim::Duration(0)) WakeAt(next_look_);
  }
  void OnSynced() override {}

  void OnWake() override {
    if (values().idle_after > sim::Duration(0)) {
      if (now() >= next_look_) {
        if (idle_.Look(ReadDevice(), now())) PutIdleToSleep();
        next_look_ += IdleWatch::kLook;
      }
      WakeAt(next_look_);
    }
    if (ops_.empty()) return;
    const Op op = std::move(ops_.front());
    ops_.pop_front();
    Send(RequestsOf(op));
    if (!ops_.empty()) WakeAt(now());
  }

  void PutIdleToSleep() {
    for (const int node : Present()) {
      if (!idle_.IsIdle(nodes()[node].key, now(), values().idle_after)) continue;
      if (!lazy_.insert(node).second) continue;
      Call("idle");
      Push(What::kSleep, node);
    }
  }

  wg::SetPeer Joining(int node) const {
    wg::SetPeer peer = Whole(node);
    if (!peer.persistent_keepalive) peer.persistent_keepalive = kKeepalive;
    return peer;
  }

  // With its first prefix alone; the others are in `routed`.
  wg::SetPeer First(int node, std::vector<wg::SetDevice>* routed) const {
    wg::SetPeer peer = Joining(node);
    for (size_t i = 1; i < peer.allowed_ips.size(); ++i) {
      wg::SetPeer more{.public_key = peer.public_key, .update_only = true};
      more.allowed_ips.push_back(peer.allowed_ips[i]);
      routed->push_back(OnePeer(std::move(more)));
    }
    if (!peer.allowed_ips.empty()) peer.allowed_ips.resize(1);
    return peer;
  }

  std::vector<wg::SetDevice> RequestsOf(const Op& op) const {
    switch (op.what) {
      case What::kAdd: {
        wg::SetPeer peer = Entries(op.key, op.prefixes);
        peer.update_only = true;
        return {OnePeer(std::move(peer))};
      }
      case What::kRemove:
        return {OnePeer(Remaining(op))};
      case What::kJoin:
        return {OnePeer(Joining(op.node))};
      case What::kLeave:
        return {OnePeer(Removal(op.key))};
      case What::kReset:
        return {OnePeer(Removal(op.key)), OnePeer(Joining(op.node))};
      case What::kSleep: {
        std::vector<wg::SetDevice> routed;
        wg::SetPeer peer = First(op.node, &routed);
        peer.endpoint = wg::Endpoint{wg::IpAddress::V4(0x7f000001),
                                     static_cast<uint16_t>(kListener + op.node)};
        peer.persistent_keepalive.reset();
        return {OnePeer(Removal(op.key)), OnePeer(std::move(peer))};
      }
      case What::kWake: {
        std::vector<wg::SetDevice> routed;
        std::vector<wg::SetDevice> requests = {OnePeer(Removal(op.key)),
                                               OnePeer(First(op.node, &routed))};
        requests.insert(requests.begin() + (values().early_update_only ? 1 : 2), routed.begin(),
                        routed.end());
        return requests;
      }
    }
    return {};
  }

  wg::SetPeer Remaining(const Op& op) const {
    wg::SetPeer peer{.public_key = op.key, .replace_allowed_ips = true, .update_only = true};
    const wg::GetDevice running = ReadDevice();
    const wg::GetPeer* there = FindPeer(running, op.key);
    if (there == nullptr) return peer;
    for (const wg::Prefix& prefix : there->allowed_ips) {
      if (std::find(op.prefixes.begin(), op.prefixes.end(), prefix) != op.prefixes.end()) continue;
      peer.allowed_ips.push_back({.prefix = prefix});
    }
    return peer;
  }

  std::deque<Op> ops_;
  IdleWatch idle_;
  sim::Time next_look_{};
  absl::btree_set<int> lazy_;
};

}  // namespace

std::unique_ptr<Manager> MakeNetbird(Manager::Options options) {
  return std::make_unique<Netbird>(std::move(options));
}

}  // namespace scenario
