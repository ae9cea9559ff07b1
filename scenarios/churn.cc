// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/churn.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/btree_map.h"
#include "scenarios/population.h"

namespace scenario {
namespace {

using Kind = ChurnEvent::Kind;

// Something that is due, whatever it comes to.
struct Tick {
  enum class Kind : uint8_t {
    kRandom,     // of: churn; which: host of it
    kScheduled,  // of: churn; which: entry of its schedule
    kDrain,      // of: drain, here and below
    kDrainPod,   // which: pod
    kDrainEnd,
    kDrainReturn,
    kDrainPodBack,  // which: pod
  };
  sim::Duration at;
  Kind kind;
  size_t of;
  size_t which;
};

// When something happens on one host.
std::vector<sim::Duration> Times(const plan::Churn& churn, sim::Rng rng) {
  std::vector<sim::Duration> times;
  const __int128 per = static_cast<__int128>(churn.events.per.count()) * churn.burst;
  const int64_t count = churn.events.count;
  const auto add = [&](sim::Duration at) {
    if (at >= churn.stop) return false;
    times.insert(times.end(), churn.burst, at);
    return true;
  };
  if (churn.spacing == plan::Spacing::kPoisson) {
    const sim::Duration mean(static_cast<int64_t>(per / count));
    sim::Duration at = churn.start;
    do {
      at += rng.Exponential(mean);
    } while (add(at));
    return times;
  }
  // The phase keeps hosts from acting in the same instant. Multiply first: no drift.
  const auto between = static_cast<uint64_t>(per / count);
  const sim::Duration phase(static_cast<int64_t>(rng.Uniform(between + 1)));
  for (int64_t k = 0;; ++k) {
    const auto offset = static_cast<int64_t>(k * per / count);
    if (!add(churn.start + phase + sim::Duration(offset))) return times;
  }
}

class Planner {
 public:
  Planner(const Plan& plan, const sim::Rng& rng) : plan_(plan), cordons_(plan.hosts.size()) {
    for (const plan::Pod& pod : plan.pods) where_.push_back(pod.present ? pod.host : plan::kNone);
    populations_.reserve(plan.churn.size());
    for (size_t i = 0; i < plan.churn.size(); ++i) {
      const sim::Rng churn_rng = rng.Fork("churn").Fork(plan.churn[i].name);
      AddTicks(i, churn_rng);
      populations_.emplace_back(plan, plan.churn[i], churn_rng.Fork("choices"), &cordons_);
    }
    for (size_t i = 0; i < plan.drains.size(); ++i) {
      const plan::Moment& when = plan.drains[i].when;
      for (int k = 0; k < when.times; ++k) {
        ticks_.push_back({when.at + k * when.every, Tick::Kind::kDrain, i, 0});
      }
    }
    std::stable_sort(ticks_.begin(), ticks_.end(),
                     [](const Tick& a, const Tick& b) { return a.at < b.at; });
  }

  ChurnPlan Run() {
    for (size_t next = 0; next < ticks_.size() || !later_.empty();) {
      const auto first = later_.begin();
      const bool planned =
          first == later_.end() || (next < ticks_.size() && ticks_[next].at <= first->first.first);
      const Tick tick = planned ? ticks_[next++] : first->second;
      if (!planned) later_.erase(first);
      if (tick.at >= plan_.duration) continue;
      now_ = tick.at;
      Do(tick);
    }
    return std::move(out_);
  }

 private:
  void AddTicks(size_t number, const sim::Rng& rng) {
    const plan::Churn& churn = plan_.churn[number];
    for (size_t i = 0; i < churn.schedule.size(); ++i) {
      ticks_.push_back({churn.schedule[i].at, Tick::Kind::kScheduled, number, i});
    }
    if (!churn.schedule.empty()) return;
    for (size_t host = 0; host < churn.hosts.size(); ++host) {
      for (const sim::Duration at : Times(churn, rng.Fork("times", host))) {
        ticks_.push_back({at, Tick::Kind::kRandom, number, host});
      }
    }
  }

  void Do(const Tick& tick) {
    switch (tick.kind) {
      case Tick::Kind::kRandom:
        if (auto event = populations_[tick.of].Draw(tick.which)) Happen(*event, tick.of);
        return;
      case Tick::Kind::kScheduled:
        return Scheduled(tick.of, tick.which);
      case Tick::Kind::kDrain:
        return BeginDrain(tick.of);
      case Tick::Kind::kDrainPod:
        return DrainPod(tick.of, static_cast<int>(tick.which));
      case Tick::Kind::kDrainEnd:
        return EndDrain(tick.of);
      case Tick::Kind::kDrainReturn:
        return ReturnFromDrain(tick.of);
      case Tick::Kind::kDrainPodBack:
        // Somebody else may have brought it back.
        if (where_[tick.which] != plan::kNone) return;
        return Happen({.kind = Kind::kAdd,
                       .pod = static_cast<int>(tick.which),
                       .host = plan_.drains[tick.of].host});
    }
  }

  // `chosen_by`: the churn that knows of it already.
  void Happen(ChurnEvent event, std::optional<size_t> chosen_by = std::nullopt) {
    event.at = now_;
    if (event.pod != plan::kNone) {
      where_[event.pod] = event.kind == Kind::kDelete ? plan::kNone
                          : event.kind == Kind::kMove ? event.to_host
                                                      : event.host;
      for (size_t i = 0; i < populations_.size(); ++i) {
        if (i != chosen_by) populations_[i].Follow(event);
      }
    }
    out_.events.push_back(event);
  }

  void Scheduled(size_t number, size_t entry) {
    const plan::Churn& churn = plan_.churn[number];
    const plan::ScheduledEvents& events = churn.schedule[entry];
    for (const int pod : events.pods) {
      if (!HappenTo(pod, events, &populations_[number])) {
        out_.impossible.push_back({.churn = number, .entry = entry, .pod = pod});
      }
    }
    if (!events.pods.empty()) return;
    for (size_t host = 0; host < churn.hosts.size(); ++host) {
      if (churn.hosts[host] == events.to_host) continue;
      for (uint32_t i = 0; i < events.count; ++i) {
        auto event = populations_[number].DrawKind(events.what, host, events.to_host);
        if (!event) {
          out_.impossible.push_back({.churn = number,
                                     .entry = entry,
                                     .host = churn.hosts[host],
                                     .missing = events.count - i});
          break;
        }
        Happen(*event, number);
      }
    }
  }

  bool HappenTo(int pod, const plan::ScheduledEvents& events, Population* population) {
    const int here = where_[pod];
    const bool adds = events.what == plan::PodChange::kAdd;
    if (adds != (here == plan::kNone)) return false;
    ChurnEvent event{.kind = static_cast<Kind>(events.what),
                     .pod = pod,
                     .host = adds ? plan_.pods[pod].host : here};
    if (adds && cordons_[event.host] > 0) return false;
    if (events.what == plan::PodChange::kMove) {
      const std::optional<int> to = events.to_host != plan::kNone
                                        ? std::optional<int>(events.to_host)
                                        : population->DrawTarget(here);
      if (!to || *to == here || cordons_[*to] > 0) return false;
      event.to_host = *to;
    }
    Happen(event);
    return true;
  }

  void Later(sim::Duration after, Tick::Kind kind, size_t of, size_t which) {
    const sim::Duration at = now_ + after;
    later_.emplace(std::pair(at, later_number_++), Tick{at, kind, of, which});
  }
  // One after another, the first at once.
  void LaterEach(const std::vector<int>& pods, Tick::Kind kind, size_t drain) {
    const sim::Duration lasts = plan_.drains[drain].lasts;
    const auto count = static_cast<int64_t>(pods.size());
    for (int64_t i = 0; i < count; ++i) {
      Later(sim::Duration(static_cast<int64_t>(static_cast<__int128>(lasts.count()) * i / count)),
            kind, drain, static_cast<size_t>(pods[i]));
    }
  }

  void BeginDrain(size_t number) {
    const plan::Drain& drain = plan_.drains[number];
    ++cordons_[drain.host];
    std::vector<int> pods;
    for (size_t pod = 0; pod < where_.size(); ++pod) {
      if (where_[pod] == drain.host) pods.push_back(static_cast<int>(pod));
    }
    LaterEach(pods, Tick::Kind::kDrainPod, number);
    Later(drain.lasts, Tick::Kind::kDrainEnd, number, 0);
  }

  void DrainPod(size_t number, int pod) {
    const plan::Drain& drain = plan_.drains[number];
    if (where_[pod] != drain.host) return;
    for (size_t tried = 0; tried < drain.to_hosts.size(); ++tried) {
      const int to = drain.to_hosts[turn_++ % drain.to_hosts.size()];
      if (cordons_[to] > 0) continue;
      return Happen({.kind = Kind::kMove, .pod = pod, .host = drain.host, .to_host = to});
    }
    Happen({.kind = Kind::kDelete, .pod = pod, .host = drain.host});
    if (plan_.pods[pod].host == drain.host) gone_[number].push_back(pod);
  }

  void EndDrain(size_t number) {
    const plan::Drain& drain = plan_.drains[number];
    Happen({.kind = Kind::kLeave, .host = drain.host, .device = drain.device});
    if (drain.returns_after) Later(*drain.returns_after, Tick::Kind::kDrainReturn, number, 0);
  }

  void ReturnFromDrain(size_t number) {
    const plan::Drain& drain = plan_.drains[number];
    --cordons_[drain.host];
    Happen({.kind = Kind::kJoin, .host = drain.host, .device = drain.device});
    LaterEach(std::exchange(gone_[number], {}), Tick::Kind::kDrainPodBack, number);
  }

  const Plan& plan_;
  Population::Cordons cordons_;
  std::vector<Population> populations_;
  std::vector<int> where_;  // by pod: its host
  std::vector<Tick> ticks_;
  // What follows from ticks that were done, by time and order in which it was found.
  absl::btree_map<std::pair<sim::Duration, uint64_t>, Tick> later_;
  uint64_t later_number_ = 0;
  absl::btree_map<size_t, std::vector<int>>
      gone_;  // by drain: pods that disappeared from their own host
  size_t turn_ = 0;
  sim::Duration now_{};
  ChurnPlan out_;
};

}  // namespace

ChurnPlan PlanChurn(const Plan& plan, const sim::Rng& rng) { return Planner(plan, rng).Run(); }

}  // namespace scenario
