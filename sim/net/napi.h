// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Napi: something that is polled for packets (struct napi_struct): a NIC's receive queue, a core's
// backlog, a WireGuard peer. Whoever has news schedules it; a poll then takes packets out until
// there are none, at most `weight` in a row.
//
//            Schedule               taken from the list (or by its thread)
//   kIdle -------------> kScheduled --------------------------------------> kPolling
//     ^                      ^   weight used up: to the end of the list        |
//     |                      +-------------------------------------------------+
//     |                      |   nothing there, missed: again                  |
//     +------------------------------------------------------------------------+
//                                nothing there: napi_complete_done
//
// "Missed" (NAPI_STATE_MISSED) is set by Schedule in every state but kIdle and leads to one more
// poll: no wake-up is lost.
//
// Each packet is a task of its own: charged when it begins, received when it ends; the first of a
// round also pays Prices::nic_poll. A round is
//     packets, then the tail (packets held by GRO), then, with nothing left, completion.
// The last look for packets is made at the end of a packet's task, or at the beginning of a round
// that finds nothing. Completion follows at once, unless tail or completion have a price: then
// there is a window, and what is scheduled within it is what `missed` is for.
//
// In softirq the list is that of the core on which Schedule was called (sim/net/softnet.h).
// Threaded, the polls run in a thread of this Napi's own, unbound, that gives others a turn between
// rounds (napi_threaded_poll). What is not modelled: softirqs wait until a round in a thread is
// over (bottom halves are disabled); here they interrupt it.
#ifndef WGSIM_SIM_NET_NAPI_H_
#define WGSIM_SIM_NET_NAPI_H_

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/machine.h"
#include "sim/net/packet.h"
#include "sim/net/prices.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace net {

class Softnet;

struct NapiOptions {
  static constexpr uint32_t kWeight = 64;  // NAPI_POLL_WEIGHT, net.core.dev_weight

  uint32_t weight = kWeight;
  // Fault, of threaded polls only, in the way of CVE-2026-52945 (stable kernels with per-peer
  // threaded NAPI of WireGuard, reverted 2026-02): the poll sees that the head of the queue is not
  // decrypted yet and completes; Schedule comes between this last look and the completion, and the
  // thread is not woken for it. The state stays kScheduled, so every later Schedule takes the poll
  // for granted, and there is never one again. What is known of the original is its effect; that
  // the loss is in this window is an inference. Ended by Disable only (deleting the device is what
  // helped people).
  bool loses_wakeups = false;
};

// schedules: calls of Schedule; missed: of those, the ones that found it not idle.
struct NapiCounters {
  uint64_t schedules = 0;
  uint64_t missed = 0;
  uint64_t polls = 0;        // rounds
  uint64_t full_rounds = 0;  // that used up their weight
  uint64_t packets = 0;
  uint64_t lost_wakeups = 0;  // by the fault
};

class Napi : private sim::Runner {
 public:
  enum class State : uint8_t { kIdle, kScheduled, kPolling };

  // Idle, not threaded. `softnets`: the host's, by core; all outlive this. REQUIRES: weight > 0.
  Napi(absl::Span<Softnet* const> softnets, const Prices* prices, const NapiOptions& options = {});
  // REQUIRES: idle, stalled, or at the end of everything: its machine's events are not run any
  // more.
  ~Napi() override;
  Napi(const Napi&) = delete;
  Napi& operator=(const Napi&) = delete;

  // napi_schedule: polled soon, on core `cpu` or in its thread. False: it had been scheduled
  // already (and is remembered as missed), or is disabled.
  bool Schedule(Cpu cpu);

  // From now on polled in a thread of this name ("napi/wg0-3") that begins on core `cpu`. REQUIRES:
  // idle, not threaded.
  void MakeThreaded(sim::Machine* machine, absl::string_view name, Cpu cpu);
  bool threaded() const { return thread_ != nullptr; }
  const sim::Thread* thread() const { return thread_.get(); }

  // napi_disable: Schedule does nothing from now on; a poll that is under way or due goes on to the
  // end of its round. True: there is none. False: OnDisabled will be called when it has ended.
  bool Disable();
  // REQUIRES: disabled and idle.
  void Enable();
  bool disabled() const { return disabled_; }

  State state() const { return state_; }
  bool missed() const { return missed_; }
  // The fault has struck: scheduled for ever.
  bool stalled() const { return stalled_; }
  const NapiCounters& counters() const { return counters_; }

 protected:
  // True if there is a packet to be taken now.
  virtual bool HasPacket() const = 0;
  // The next packet's price in picoseconds, when its task begins (Runner::Price: the place to
  // dequeue it). Called once for each ReceivePacket, which is its task's act.
  virtual int64_t PacketPrice() = 0;
  virtual void ReceivePacket(Cpu cpu) = 0;
  // What is to be done at the end of a round beside packets, one task at a time: flushing GRO.
  virtual bool HasTail() const { return false; }
  virtual int64_t TailPrice() { return 0; }
  virtual void RunTail(Cpu /*cpu*/) {}
  // What completion costs, in picoseconds. 0: it has no task of its own. A round that found no
  // packet has one anyway.
  virtual int64_t CompletionPrice() const { return 0; }
  // It is idle now, not missed (interrupts are enabled again). May call Schedule.
  virtual void OnCompleted(Cpu /*cpu*/) {}
  // The poll that Disable had to let go on has ended. Must not destroy the Napi.
  virtual void OnDisabled() {}
  // What people call a poll. Static text.
  virtual absl::string_view PollLabel() const { return "napi_poll"; }

 private:
  friend class NapiList;
  friend class Softnet;

  enum class Step : uint8_t { kPacket, kTail, kComplete };
  enum class Outcome : uint8_t {
    kGoesOn,  // another task of this round
    kRepeat,  // weight used up
    kAgain,   // complete, but missed
    kDone,
  };

  // A task of a poll begins (its price), ends.
  sim::Duration BeginTask();
  Outcome EndTask(Cpu cpu);
  Outcome Complete(Cpu cpu);
  void Wake(Cpu cpu);

  // sim::Runner: a task of the thread.
  sim::Duration Price(uint64_t arg) override;
  void Act(uint64_t arg) override;
  absl::string_view Label(uint64_t arg) const override;
  void SubmitToThread();

  const absl::Span<Softnet* const> softnets_;
  const Prices* const prices_;
  const NapiOptions options_;
  State state_ = State::kIdle;
  Step step_ = Step::kPacket;
  bool missed_ = false;
  bool looked_ = false;            // this round has made its last look
  bool missed_in_window_ = false;  // ... and Schedule was called behind it
  bool disabled_ = false;
  bool stalled_ = false;
  uint32_t done_ = 0;     // packets in this round
  Napi* next_ = nullptr;  // on a list
  std::unique_ptr<sim::Thread> thread_;
  NapiCounters counters_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_NAPI_H_
