// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// `wg set INTERFACE peer KEY allowed-ips -a,+b` (wireguard-tools since 1.0.20250521, Linux since 6.16): single entries go and come. All
// else as `wg set` otherwise does it.
#include "scenarios/managers/programs.h"
#include "scenarios/managers/wg_set.h"

namespace scenario {
namespace {

class WgSetDelta : public WgSet {
 public:
  using WgSet::WgSet;

 private:
  void OnPrefixes(int node, absl::Span<const wg::Prefix> added,
                  absl::Span<const wg::Prefix> removed) override {
    Send({OnePeer(Entries(nodes()[node].key, added, removed))});
  }
  // The addition takes it from the other one.
  void OnMove(int, int to, const wg::Prefix& prefix) override {
    Send({OnePeer(Entries(nodes()[to].key, {&prefix, 1}))});
  }
};

}  // namespace

std::unique_ptr<Manager> MakeWgSetDelta(Manager::Options options) {
  return std::make_unique<WgSetDelta>(std::move(options));
}

}  // namespace scenario
