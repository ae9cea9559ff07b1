// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/churn.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "protocol/check.h"

namespace scenario {
namespace {

using Kind = PodEvent::Kind;

struct Tick {
  sim::Duration at;
  size_t churn;  // index into Plan::churn
  size_t host;   // index into Churn::hosts
};

// When something happens on one host.
std::vector<sim::Duration> Times(const plan::Churn& churn, sim::Rng rng) {
  std::vector<sim::Duration> times;
  const int64_t per = churn.events.per.count();
  const int64_t count = churn.events.count;
  if (churn.spacing == plan::Spacing::kPoisson) {
    sim::Duration at = churn.start;
    while (true) {
      at += rng.Exponential(sim::Duration(per / count));
      if (at >= churn.stop) return times;
      times.push_back(at);
    }
  }
  // The phase keeps hosts from acting in the same instant. Multiply first: no drift.
  const sim::Duration phase(static_cast<int64_t>(rng.Uniform(per / count + 1)));
  for (int64_t k = 0;; ++k) {
    const auto offset = static_cast<int64_t>(static_cast<__int128>(k) * per / count);
    const sim::Duration at = churn.start + phase + sim::Duration(offset);
    if (at >= churn.stop) return times;
    times.push_back(at);
  }
}

// Where the addresses of one churn are, and what may happen next.
class Population {
 public:
  Population(const Plan& plan, const plan::Churn& churn, sim::Rng rng)
      : churn_(churn), rng_(rng), at_(churn.hosts.size()), absent_(churn.hosts.size()) {
    for (size_t host = 0; host < churn.pods.size(); ++host) {
      for (int pod : churn.pods[host]) {
        (plan.pods[pod].present ? at_ : absent_)[host].push_back({pod, host});
        homes_.emplace(pod, host);
      }
    }
  }

  // The next event on that host; nothing if nothing can happen.
  std::optional<PodEvent> Draw(size_t host) {
    const uint64_t weights[] = {churn_.add_weight, churn_.delete_weight, churn_.move_weight};
    uint64_t draw = rng_.Uniform(weights[0] + weights[1] + weights[2]);
    int kind = 0;
    while (draw >= weights[kind]) draw -= weights[kind++];
    for (int tried = 0; tried < 3; ++tried, kind = (kind + 1) % 3) {
      if (weights[kind] == 0) continue;
      if (std::optional<PodEvent> event = Try(static_cast<Kind>(kind), host)) return event;
    }
    return std::nullopt;
  }

  // Another churn has made this happen, perhaps to an address that this one may choose, too.
  void Follow(const PodEvent& event) {
    const auto home = homes_.find(event.pod);
    if (home == homes_.end()) return;
    const Address address{event.pod, home->second};
    if (event.kind == Kind::kAdd) {
      Erase(&absent_[address.home], event.pod);
      if (auto* here = AddressesAt(event.host)) here->push_back(address);
      return;
    }
    if (auto* here = AddressesAt(event.host)) Erase(here, event.pod);
    if (event.kind == Kind::kDelete) {
      absent_[address.home].push_back(address);
    } else if (auto* there = AddressesAt(event.to_host)) {
      there->push_back(address);
    }
  }

 private:
  struct Address {
    int pod;
    size_t home;  // the host whose set it belongs to, where it may appear again
  };

  // nullptr: none of the hosts of this churn.
  std::vector<Address>* AddressesAt(int host) {
    const auto at = std::find(churn_.hosts.begin(), churn_.hosts.end(), host);
    return at == churn_.hosts.end() ? nullptr : &at_[at - churn_.hosts.begin()];
  }

  static void Erase(std::vector<Address>* from, int pod) {
    const auto at =
        std::find_if(from->begin(), from->end(), [pod](const Address& a) { return a.pod == pod; });
    if (at != from->end()) from->erase(at);
  }

  std::optional<PodEvent> Try(Kind kind, size_t host) {
    std::vector<Address>& from = kind == Kind::kAdd ? absent_[host] : at_[host];
    if (from.empty() || (kind == Kind::kMove && churn_.hosts.size() < 2)) return std::nullopt;
    const size_t chosen = rng_.Uniform(from.size());
    const Address address = from[chosen];
    from[chosen] = from.back();
    from.pop_back();
    PodEvent event{.kind = kind, .pod = address.pod, .host = churn_.hosts[host]};
    switch (kind) {
      case Kind::kAdd:
        at_[host].push_back(address);
        break;
      case Kind::kDelete:
        absent_[address.home].push_back(address);
        break;
      case Kind::kMove: {
        size_t to = rng_.Uniform(churn_.hosts.size() - 1);
        if (to >= host) ++to;
        at_[to].push_back(address);
        event.to_host = churn_.hosts[to];
        break;
      }
    }
    return event;
  }

  const plan::Churn& churn_;
  sim::Rng rng_;
  std::vector<std::vector<Address>> at_;
  std::vector<std::vector<Address>> absent_;
  absl::flat_hash_map<int, size_t> homes_;  // by pod
};

}  // namespace

std::vector<PodEvent> PlanChurn(const Plan& plan, const sim::Rng& rng) {
  std::vector<Tick> ticks;
  std::vector<Population> populations;
  for (size_t i = 0; i < plan.churn.size(); ++i) {
    const plan::Churn& churn = plan.churn[i];
    const sim::Rng churn_rng = rng.Fork("churn").Fork(churn.name);
    for (size_t host = 0; host < churn.hosts.size(); ++host) {
      for (sim::Duration at : Times(churn, churn_rng.Fork("times", host))) {
        ticks.push_back({at, i, host});
      }
    }
    populations.emplace_back(plan, churn, churn_rng.Fork("choices"));
  }
  std::stable_sort(ticks.begin(), ticks.end(),
                   [](const Tick& a, const Tick& b) { return a.at < b.at; });
  std::vector<PodEvent> events;
  for (const Tick& tick : ticks) {
    std::optional<PodEvent> event = populations[tick.churn].Draw(tick.host);
    if (!event) continue;
    event->at = tick.at;
    events.push_back(*event);
    for (size_t i = 0; i < populations.size(); ++i) {
      if (i != tick.churn) populations[i].Follow(*event);
    }
  }
  return events;
}

}  // namespace scenario
