// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/plan_windows.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "protocol/buffer.h"
#include "protocol/check.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/netlink/split.h"
#include "protocol/profile.h"
#include "scenarios/managers/manager.h"
#include "scenarios/managers/mesh.h"
#include "scenarios/managers/programs.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/wg/sim_entropy.h"

namespace scenario {
namespace {

// A program that gathers says something in its first run, or has nothing to say.
constexpr int kMostRuns = 4;

// Which peer it is matters here, not what its key is.
wg::PublicKey KeyOf(int device) {
  wg::PublicKey key;
  for (size_t i = 0; i < 4; ++i) key.bytes[i] = static_cast<uint8_t>((device + 1) >> (8 * i));
  return key;
}

// One interface of a plan with its manager, without a network.
class Configured {
 public:
  Configured(const Plan& plan, int device) : plan_(plan), index_(device) {
    device_ = std::make_unique<wg::Device>(
        wg::DeviceOptions{.profile = wg::FindProfile(plan::Name(plan.implementation)),
                          .crypto = &wg::ModelledCrypto(),
                          .entropy = &entropy_,
                          .pool = &pool_,
                          .module = &module_});
    wg::SetDevice request;
    names_[kDummyPeerKey] = "dummy";
    const plan::Manager& process = plan.managers[self().host];
    manager_ = MakeManager(process.method.value_or(plan.method),
                           {.values = process, .read_device = [this] { return device_->Get(); }});
    for (const plan::Peer& peer : self().peers) {
      wg::SetPeer set;
      set.public_key = KeyOf(peer.device);
      for (const wg::Prefix& prefix : peer.allowed_ips)
        set.allowed_ips.push_back({.prefix = prefix});
      names_[set.public_key] = plan.hosts[plan.devices[peer.device].host].name;
      manager_->Adopt(static_cast<int>(request.peers.size()), {.key = set.public_key,
                                                               .endpoint = peer.endpoint,
                                                               .prefixes = peer.allowed_ips});
      request.peers.push_back(std::move(set));
    }
    wg::Effects effects;
    CHECK(wg::Configure(device_.get(), std::move(request), wg::Now{}, &effects) == wg::Errno::kOk);
    manager_->Start(now_);
  }

  Windows Change(const plan::Reconfigure& change) {
    WindowsRequest request;
    request.title = plan_.variant;
    for (const wg::SetDevice& whole : RequestsOf(change)) {
      for (wg::netlink::SplitMessage& message : wg::netlink::SplitRequest(
               whole, plan_.managers[self().host].splitting, self().name)) {
        request.messages.push_back(std::move(message.request));
      }
    }
    for (const wg::IpAddress& address : plan_.watch) {
      if (Concerns(address, change)) request.addresses.push_back(address);
    }
    return EnumerateWindows(device_.get(), request, names_);
  }

 private:
  const plan::Device& self() const { return plan_.devices[index_]; }

  // What the program sends because of it, now or when it gets round to it: of what it does later because of its clock, or
  // because of what it has sent, only the first is shown.
  std::vector<wg::SetDevice> RequestsOf(const plan::Reconfigure& change) {
    manager_->Hear({.kind = MeshEvent::Kind::kPrefixes,
                    .node = change.peer,
                    .add = change.add,
                    .remove = change.remove},
                   now_);
    std::vector<wg::SetDevice> requests;
    for (int runs = 0; runs < kMostRuns && requests.empty(); ++runs) {
      for (Manager::Change& said : manager_->Take()) {
        for (wg::SetDevice& whole : said.requests) requests.push_back(std::move(whole));
        manager_->Answered(/*ok=*/true, now_);
      }
      if (!requests.empty() || !manager_->due()) break;
      now_ = std::max(now_, *manager_->due());
      manager_->Run(now_);
    }
    return requests;
  }

  // Whatever the method, a change of one peer's list leaves those alone that belong to others and
  // stay there.
  bool Concerns(const wg::IpAddress& address, const plan::Reconfigure& change) const {
    const auto contains = [&](const wg::Prefix& prefix) { return prefix.Contains(address); };
    const plan::Peer& peer = self().peers[change.peer];
    return std::any_of(peer.allowed_ips.begin(), peer.allowed_ips.end(), contains) ||
           std::any_of(change.add.begin(), change.add.end(), contains);
  }

  const Plan& plan_;
  const int index_;
  std::unique_ptr<Manager> manager_;
  sim::Time now_ = sim::kStart;
  PeerNames names_;
  wgnode::SimEntropy entropy_{sim::Rng(1)};
  wg::BufferPool pool_;
  wg::Module module_;
  std::unique_ptr<wg::Device> device_;
};

std::string ListOf(const std::vector<wg::Prefix>& prefixes) {
  return absl::StrJoin(prefixes, ", ",
                       [](std::string* out, const wg::Prefix& p) { *out += p.ToString(); });
}

std::string WordsOf(const Plan& plan, const plan::Reconfigure& change) {
  const plan::Device& device = plan.devices[change.device];
  std::string words =
      absl::StrCat(change.name, ": ", plan.hosts[device.host].name, "'s peer ",
                   plan.hosts[plan.devices[device.peers[change.peer].device].host].name);
  if (!change.remove.empty()) absl::StrAppend(&words, " loses ", ListOf(change.remove));
  if (!change.add.empty())
    absl::StrAppend(&words, change.remove.empty() ? " gets " : " and gets ", ListOf(change.add));
  return words;
}

// A pod that goes, as some other host carries it out; in the middle of the list, as most are.
void AddChurn(const Plan& plan, std::vector<plan::Reconfigure>* changes) {
  for (const plan::Churn& churn : plan.churn) {
    std::vector<int> present;
    for (const int pod : churn.pods.front()) {
      if (plan.pods[pod].present) present.push_back(pod);
    }
    if (present.empty()) continue;
    const plan::Pod& pod = plan.pods[present[present.size() / 2]];
    for (size_t d = 0; d < plan.devices.size(); ++d) {
      const std::vector<plan::Peer>& peers = plan.devices[d].peers;
      const auto peer = std::find_if(peers.begin(), peers.end(),
                                     [&](const plan::Peer& p) { return p.device == pod.device; });
      if (peer == peers.end()) continue;
      plan::Reconfigure change;
      change.name = absl::StrCat(churn.name, ", for example");
      change.at = plan.duration;
      change.device = static_cast<int>(d);
      change.peer = static_cast<int>(peer - peers.begin());
      change.remove = {wg::Prefix::Host(pod.address)};
      changes->push_back(std::move(change));
      break;
    }
  }
}

}  // namespace

std::vector<ChangeWindows> WindowsOfPlans(absl::Span<const Plan* const> plans) {
  std::vector<ChangeWindows> all;
  for (size_t v = 0; v < plans.size(); ++v) {
    const Plan& plan = *plans[v];
    std::vector<plan::Reconfigure> changes = plan.reconfigures;
    AddChurn(plan, &changes);
    std::stable_sort(
        changes.begin(), changes.end(),
        [](const plan::Reconfigure& a, const plan::Reconfigure& b) { return a.at < b.at; });
    absl::btree_map<int, std::unique_ptr<Configured>> devices;
    all.resize(changes.size());
    for (size_t c = 0; c < changes.size(); ++c) {
      std::unique_ptr<Configured>& device = devices[changes[c].device];
      if (device == nullptr) device = std::make_unique<Configured>(plan, changes[c].device);
      all[c].what = WordsOf(plan, changes[c]);
      all[c].variants.push_back(device->Change(changes[c]));
    }
  }
  return all;
}

}  // namespace scenario
