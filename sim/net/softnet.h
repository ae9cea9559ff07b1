// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Softnet: one core's list of what is to be polled (struct softnet_data), and the softirq NET_RX
// that polls it (net_rx_action). One action:
//
//   takes what is on the list now; polls one after the other, each with its weight;
//   ends when each has been polled once, or, with some left (then it counts as squeezed), `budget`
//   packets were received or two jiffies have passed.
//
// What is left goes back in this order: those not polled yet, those scheduled meanwhile, those that
// used up their weight. It is for the next action: another round of the core's softirq session
// (Core::EndSoftirqRound), so ksoftirqd may get it.
//
// One softirq task at a time and packet, raised in the act of the one before.
#ifndef WGSIM_SIM_NET_SOFTNET_H_
#define WGSIM_SIM_NET_SOFTNET_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "sim/machine.h"
#include "sim/net/packet.h"
#include "sim/task.h"
#include "sim/time.h"

namespace net {

class Napi;

// First in, first out; a Napi is on at most one.
class NapiList {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  void Push(Napi* napi);
  // REQUIRES: !empty().
  Napi* Pop();
  // Moves everything of *other to the end of this one.
  void Splice(NapiList* other);

 private:
  Napi* first_ = nullptr;
  Napi* last_ = nullptr;
  size_t size_ = 0;
};

// As /proc/net/softnet_stat has them.
struct SoftnetCounters {
  uint64_t processed = 0;  // packets
  uint64_t time_squeeze = 0;
  uint64_t actions = 0;
};

class Softnet : private sim::Runner {
 public:
  static constexpr int kBudget = 300;       // net.core.netdev_budget
  static constexpr int64_t kTimeLimit = 2;  // jiffies: net.core.netdev_budget_usecs
  // Things to poll that can reasonably wait on one core. Reaching it is a modelling error.
  static constexpr size_t kMaxNapis = size_t{1} << 20;

  // `machine` outlives it.
  Softnet(sim::Machine* machine, Cpu cpu);
  Softnet(const Softnet&) = delete;
  Softnet& operator=(const Softnet&) = delete;

  Cpu cpu() const { return cpu_; }
  sim::Core* core() const { return core_; }
  const SoftnetCounters& counters() const { return counters_; }
  // On the list or being polled.
  size_t napis() const;

  // Work that a packet made in passing and that nobody had priced (a super-packet that is cut for
  // an interface that cannot): charged with the next task here, or with one of its own.
  void Owe(int64_t picoseconds);

 private:
  friend class Napi;

  // At the end of the list (____napi_schedule).
  void Add(Napi* napi);
  sim::Duration Price(uint64_t arg) override;
  void Act(uint64_t arg) override;
  absl::string_view Label(uint64_t arg) const override;
  // The poll of current_ is over. False: nothing is left to do.
  bool NextPoll();
  bool TimeIsUp() const;
  void EndAction();
  void Raise();

  sim::Machine* const machine_;
  sim::Core* const core_;
  const Cpu cpu_;
  NapiList scheduled_;  // sd->poll_list
  NapiList list_;       // of the action under way, or left for the next one
  NapiList repeat_;
  Napi* current_ = nullptr;
  bool raised_ = false;
  bool in_action_ = false;
  int budget_ = 0;
  sim::Time action_begin_{};
  int64_t owed_ps_ = 0;
  SoftnetCounters counters_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_SOFTNET_H_
