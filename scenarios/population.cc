// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/population.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace scenario {
namespace {

using Kind = ChurnEvent::Kind;

template <typename Addresses>
void Erase(Addresses* from, int pod) {
  const auto at =
      std::find_if(from->begin(), from->end(), [pod](const auto& a) { return a.pod == pod; });
  if (at != from->end()) from->erase(at);
}

}  // namespace

Population::Population(const Plan& plan, const plan::Churn& churn, sim::Rng rng,
                       const Cordons* cordons)
    : churn_(churn),
      rng_(std::move(rng)),
      cordons_(*cordons),
      at_(churn.hosts.size()),
      absent_(churn.hosts.size()) {
  for (size_t host = 0; host < churn.pods.size(); ++host) {
    for (const int pod : churn.pods[host]) {
      (plan.pods[pod].present ? at_ : absent_)[host].push_back({pod, host});
      homes_.emplace(pod, host);
    }
  }
}

std::optional<ChurnEvent> Population::Draw(size_t host) {
  const uint64_t weights[] = {churn_.add_weight, churn_.delete_weight, churn_.move_weight};
  uint64_t draw = rng_.Uniform(weights[0] + weights[1] + weights[2]);
  int kind = 0;
  while (draw >= weights[kind]) draw -= weights[kind++];
  for (int tried = 0; tried < 3; ++tried, kind = (kind + 1) % 3) {
    if (weights[kind] == 0) continue;
    const auto change = static_cast<plan::PodChange>(kind);
    if (std::optional<ChurnEvent> event = DrawKind(change, host, plan::kNone)) return event;
  }
  return std::nullopt;
}

std::optional<int> Population::DrawTarget(int host) {
  const auto open = [&](int other) { return other != host && cordons_[other] == 0; };
  const auto count =
      static_cast<uint64_t>(std::count_if(churn_.hosts.begin(), churn_.hosts.end(), open));
  if (count == 0) return std::nullopt;
  uint64_t left = rng_.Uniform(count);
  for (const int other : churn_.hosts) {
    if (open(other) && left-- == 0) return other;
  }
  return std::nullopt;
}

std::optional<ChurnEvent> Population::DrawKind(plan::PodChange kind, size_t host, int to_host) {
  const int here = churn_.hosts[host];
  std::vector<Address>& from = kind == plan::PodChange::kAdd ? absent_[host] : at_[host];
  if (from.empty() || (kind == plan::PodChange::kAdd && cordons_[here] > 0)) return std::nullopt;
  if (kind == plan::PodChange::kMove && to_host == plan::kNone) {
    const bool any = std::any_of(churn_.hosts.begin(), churn_.hosts.end(),
                                 [&](int other) { return other != here && cordons_[other] == 0; });
    if (!any) return std::nullopt;
  }
  const size_t chosen = rng_.Uniform(from.size());
  const Address address = from[chosen];
  from[chosen] = from.back();
  from.pop_back();
  ChurnEvent event{.kind = static_cast<Kind>(kind), .pod = address.pod, .host = here};
  switch (kind) {
    case plan::PodChange::kAdd:
      at_[host].push_back(address);
      break;
    case plan::PodChange::kDelete:
      absent_[address.home].push_back(address);
      break;
    case plan::PodChange::kMove:
      event.to_host = to_host != plan::kNone ? to_host : *DrawTarget(here);
      AddressesAt(event.to_host)->push_back(address);
      break;
  }
  return event;
}

void Population::Follow(const ChurnEvent& event) {
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

std::vector<Population::Address>* Population::AddressesAt(int host) {
  const auto at = std::find(churn_.hosts.begin(), churn_.hosts.end(), host);
  return at == churn_.hosts.end() ? nullptr : &at_[at - churn_.hosts.begin()];
}

}  // namespace scenario
