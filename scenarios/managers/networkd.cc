// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// systemd-networkd (src/network/netdev/wireguard.c@01098332): the whole device is sent, with REPLACE_PEERS and REPLACE_ALLOWEDIPS on
// every peer, on each reload and again for each DNS answer for any one peer. An endpoint is sent only when its name has been
// resolved, so a reload takes all endpoints away, learnt ones too, until the answers are there (systemd/systemd#38196, #21877). A
// look-up that fails is tried again after 2<<n times 100 ms, n = 1 to 7, 10 % more or less.
//
// Judgement: every configured endpoint is a host name. Peers that are added, change or go are a file that changes and a reload; a node
// that has another address changes only its DNS entry, which is seen at the next look-up. Times of answers are spread by the program's
// own random numbers.
#include <algorithm>

#include "absl/container/btree_map.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class Networkd : public Manager {
 public:
  using Manager::Manager;

 private:
  struct Name {
    std::optional<wg::Endpoint> resolved;
    std::optional<sim::Time> answer_at;  // a look-up is under way, or waits for its next attempt
    uint32_t failures = 0;
  };

  void OnAdopted(int node) override { names_[node].resolved = nodes()[node].endpoint; }
  void OnRestart() override { names_.clear(); }
  void OnResync() override {
    for (const int node : Present()) LookUp(node);
    WakeForAnswers();
  }
  void OnEndpointChanged(int) override {}
  void Changed() override {
    if (syncing()) return;
    reload_ = true;
    WakeAt(now());
  }

  sim::Duration AnswerTime() {
    return values().dns_delay + rng().UniformDuration(sim::Duration(0), values().dns_delay);
  }

  void LookUp(int node) {
    if (!nodes()[node].endpoint) return;
    names_[node].answer_at = now() + AnswerTime();
    names_[node].failures = 0;
  }

  void WakeForAnswers() {
    for (const auto& [node, name] : names_) {
      if (name.answer_at) WakeAt(*name.answer_at);
    }
  }

  void OnWake() override {
    if (reload_) {
      reload_ = false;
      names_.clear();
      SendAll();
      for (const int node : Present()) LookUp(node);
      return WakeForAnswers();
    }
    for (auto& [node, name] : names_) {
      if (!name.answer_at || *name.answer_at > now()) continue;
      Answer(node, &name);
      break;  // each answer is dealt with on its own
    }
    WakeForAnswers();
  }

  void Answer(int node, Name* name) {
    name->answer_at.reset();
    if (!nodes()[node].present) return;
    if (name->failures < values().dns_failures) {
      const sim::Duration wait = (2 << std::min(++name->failures, plan::kMostDnsFailures)) *
                                 sim::Duration(std::chrono::milliseconds(100));
      name->answer_at =
          now() + wait - wait / 10 + rng().UniformDuration(sim::Duration(0), wait / 5);
      return;
    }
    name->failures = 0;
    name->resolved = nodes()[node].endpoint;
    Call("DNS answer");
    SendAll();
  }

  void SendAll() {
    wg::SetDevice request = OwnIdentity();
    request.replace_peers = true;
    for (const int node : Present()) {
      request.peers.push_back(Replaced(node));
      request.peers.back().endpoint = names_[node].resolved;
    }
    Send({std::move(request)});
  }

  absl::btree_map<int, Name> names_;
  bool reload_ = false;
};

}  // namespace

std::unique_ptr<Manager> MakeNetworkd(Manager::Options options) {
  return std::make_unique<Networkd>(std::move(options));
}

}  // namespace scenario
