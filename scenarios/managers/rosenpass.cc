// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Rosenpass (rp/src/exchange.rs): every two minutes the two sides agree upon a new key, and each sets it as preshared key by `wg set INTERFACE
// peer KEY preshared-key FILE` with the other words that were given for that peer, which replaces its list, too. A preshared key
// acts at the next handshake: while only one side has the new one, handshakes fail.
//
// Judgement: told to between two moments, it sets the present key again. All pairs change at the same moments, counted from the start of the run; each side sets its key 0 to psk_skew later. Anything else
// that changes is set by `wg set`.
#include <algorithm>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "scenarios/managers/programs.h"
#include "scenarios/managers/wg_set.h"

namespace scenario {
namespace {

absl::string_view BytesOf(const wg::PublicKey& key) {
  return {reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()};
}

class Rosenpass : public WgSet {
 public:
  using WgSet::WgSet;

 private:
  void OnResync() override {
    if (values().resync_every == sim::Duration(0)) return;
    exchange_ = static_cast<uint64_t>((now() - sim::kStart) / values().resync_every);
    for (const int node : Present()) {
      set_at_[node] = now() + rng().UniformDuration(sim::Duration(0), values().psk_skew);
    }
    WakeForNext();
  }
  void OnRestart() override { set_at_.clear(); }
  void OnNodeRemoved(int node) override {
    set_at_.erase(node);
    WgSet::OnNodeRemoved(node);
  }

  void WakeForNext() {
    for (const auto& [node, at] : set_at_) WakeAt(at);
  }

  void OnWake() override {
    const auto next = std::min_element(set_at_.begin(), set_at_.end(), [](const auto& a, const auto& b) {
      return a.second < b.second;
    });
    if (next == set_at_.end()) return;
    const int node = next->first;
    set_at_.erase(next);
    if (nodes()[node].present) {
      wg::SetPeer peer = Replaced(node);
      peer.preshared_key = Agreed(nodes()[node].key);
      Call("new preshared key");
      Send({OnePeer(std::move(peer))});
    }
    WakeForNext();
  }

  // Both sides come to the same.
  wg::PresharedKey Agreed(const wg::PublicKey& other) const {
    const wg::PublicKey own = ReadDevice().public_key.value_or(wg::PublicKey{});
    sim::Rng rng = shared_rng()
                       .Fork("rosenpass", exchange_)
                       .Fork(BytesOf(std::min(own, other)))
                       .Fork(BytesOf(std::max(own, other)));
    wg::PresharedKey key;
    uint64_t word = 0;
    for (size_t i = 0; i < key.bytes.size(); ++i, word >>= 8) {
      if (i % 8 == 0) word = rng.Next();
      key.bytes[i] = static_cast<uint8_t>(word);
    }
    return key;
  }

  uint64_t exchange_ = 0;
  absl::btree_map<int, sim::Time> set_at_;
};

}  // namespace

std::unique_ptr<Manager> MakeRosenpass(Manager::Options options) {
  return std::make_unique<Rosenpass>(std::move(options));
}

}  // namespace scenario
