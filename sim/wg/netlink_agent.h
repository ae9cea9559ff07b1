// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// NetlinkAgent: the user process that configures one interface. It takes reconfigurations one after
// the other, cuts each request into messages as its library does, and for each message: system call
// and parsing, the rtnl lock and the device's, the steps of the configuration session one task at a time on its
// core, the locks back, the acknowledgement; only then the next message. Softirq on the same core
// and everything on other cores runs between any two steps (netlink.c: wg_set_device).
//
// An observer sees every step at the instant it acts.
//
// Requirements: AIP-036 041; NL-048 to 050 053 054; WG8-018.
#ifndef WGSIM_SIM_WG_NETLINK_AGENT_H_
#define WGSIM_SIM_WG_NETLINK_AGENT_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/config_step.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/netlink/split.h"
#include "sim/event_loop.h"
#include "sim/grace_period.h"
#include "sim/lock.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/trace.h"
#include "sim/wg/cost_model.h"
#include "sim/wg/wg_tunnel.h"

namespace wgnode {

// One thing that an operator meant to do, however many requests it takes; each waits for the answer
// to the one before.
struct Reconfiguration {
  uint64_t id = 0;  // the submitter's
  std::vector<wg::SetDevice> requests;
};

class NetlinkAgent : public sim::Actor, private sim::Runner {
 public:
  class Observer {
   public:
    virtual ~Observer() = default;
    // The first message of the reconfiguration is about to be sent.
    virtual void OnBegin(uint64_t id) = 0;
    // A step has acted; now() is its instant.
    virtual void OnStep(uint64_t id, const wg::ConfigStep& step) = 0;
    // A message was answered. After an error the reconfiguration ends; what was applied stays.
    virtual void OnAnswer(uint64_t id, wg::Errno error) = 0;
    virtual void OnEnd(uint64_t id) = 0;
  };

  // Reconfigurations that may wait for their turn; a whole run asks for fewer.
  static constexpr size_t kMaxWaiting = size_t{1} << 24;

  struct Options {
    sim::EventLoop* loop;
    WgTunnel* tunnel;
    sim::Thread* thread;      // the process
    sim::Lock* rtnl;          // one per machine
    sim::GracePeriod* grace;  // one per machine
    const CostModel* costs;
    wg::netlink::Splitting splitting;
    Observer* observer;  // may be nullptr
  };
  // Everything pointed to outlives the agent.
  NetlinkAgent(const Options& options, sim::EntityId entity);

  // Takes it up when those before are done.
  void Submit(Reconfiguration reconfiguration);

  // What goes wrong with one of the messages sent from now on.
  struct Failure {
    int message = 1;  // which; 1: the next
    // Its answer: refused at once, or in spite of being carried out (an answer that got lost).
    wg::Errno error = wg::Errno::kOk;
    bool applied = false;
    // Or this of its allocations fails (ConfigSession::FailAllocation); 0: none does.
    uint32_t allocation = 0;
  };
  // REQUIRES: message > 0; either an error other than kOk or an allocation.
  void FailLater(const Failure& failure);
  // SIGSTOP and SIGCONT: a system call that is under way ends, and no other begins.
  void Pause(bool paused);
  // The machine has lost its power: the reconfiguration under way and all that wait do nothing more. They end, as failed
  // ones, when the core has time for them.
  void Abandon();

  bool idle() const { return !current_; }
  size_t waiting() const { return waiting_.size(); }

  // From the loop only: a lock, a grace period or a flush is over.
  void OnEvent(uint64_t arg) override;

 private:
  struct Current {
    explicit Current(Reconfiguration reconfiguration) : what(std::move(reconfiguration)) {}

    Reconfiguration what;
    size_t request = 0;  // of what.requests
    std::vector<wg::netlink::SplitMessage> messages;
    size_t message = 0;
    std::optional<wg::ConfigSession> session;
    std::optional<wg::ConfigStep> step;
    Failure failure{.message = 0};  // of the message under way
    bool abandoned = false;
  };

  void TakeNext();
  void SendMessage();
  void BeginMessage();
  // Of the message that begins.
  Failure TakeFailure();
  wg::Errno Answer() const;
  void LockDevice();
  void Locked();
  void PrepareStep();
  void ChargeStep();
  void Charge(sim::Duration price, uint64_t task, sim::Boundary boundary);
  void Act(uint64_t task) override;
  absl::string_view Label(uint64_t task) const override;
  void PerformStep();
  void EndMessage();
  void Returned();
  void EndReconfiguration();

  const Options options_;
  const sim::ActKind step_kind_;
  std::deque<Reconfiguration> waiting_;
  std::vector<Failure> failures_;  // to come
  size_t abandoned_ = 0;           // of waiting_, the first ones
  bool paused_ = false;
  bool held_ = false;  // SendMessage is to be done as soon as it runs again
  std::optional<Current> current_;
  wg::Effects fx_;
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_NETLINK_AGENT_H_
