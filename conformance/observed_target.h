// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ObservedTarget: a target as it is, and a record of what went in and came out: the history that
// explains a finding.
#ifndef WGSIM_CONFORMANCE_OBSERVED_TARGET_H_
#define WGSIM_CONFORMANCE_OBSERVED_TARGET_H_

#include <string>
#include <vector>

#include "conformance/target.h"
#include "protocol/config.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/time.h"
#include "protocol/wire_tester.h"

namespace conformance {

// One thing that happened between a script and its target.
struct Observation {
  enum class Kind {
    kReceived,  // a datagram reached the target
    kSent,      // a datagram of the target's
    kEntered,   // a packet from its host into the tunnel
    kLeft,      // a packet out of the tunnel to its host
    kHappened,  // anything else, in words
  };
  wg::BootTime at;
  Kind kind;
  wg::Endpoint other;  // of datagrams: the tester's end
  wg::IpAddress own;   // of datagrams: the target's; false: not known
  wg::WireBytes bytes;
  std::string words;  // of kHappened
};

class ObservedTarget : public Target {
 public:
  // Does not own it.
  explicit ObservedTarget(Target* target) : target_(target) {}

  const std::vector<Observation>& history() const { return history_; }

  const std::string& name() const override { return target_->name(); }
  Abilities abilities() const override { return target_->abilities(); }
  wg::Duration tolerance() const override { return target_->tolerance(); }
  std::string unsupported() const override { return target_->unsupported(); }
  std::string fault() const override { return target_->fault(); }
  wg::Now now() const override { return target_->now(); }
  void StepWall(wg::Duration by) override;
  void Pass(wg::Duration duration) override { target_->Pass(duration); }
  wg::Errno Configure(const wg::SetDevice& request) override;
  wg::GetDevice Read() override { return target_->Read(); }
  std::string Ask(const std::string& request) override;
  void SetUp(bool up) override;
  void Deliver(const wg::WireBytes& bytes, const wg::Endpoint& from, uint8_t ds) override;
  bool DeliverAtSecond(const wg::WireBytes& bytes, const wg::Endpoint& from) override;
  bool RemoveSecond() override;
  bool PutUnderLoad() override;
  wg::Errno SendInner(const wg::WireBytes& packet) override;
  std::vector<wg::WireOut> TakeDatagrams() override;
  std::vector<wg::WireBytes> TakeInner() override;

 private:
  void Happened(std::string words);
  void Received(const wg::WireBytes& bytes, const wg::Endpoint& from, const wg::IpAddress& own);

  Target* const target_;
  std::vector<Observation> history_;
};

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_OBSERVED_TARGET_H_
