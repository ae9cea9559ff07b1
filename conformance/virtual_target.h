// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// VirtualTarget: what targets in virtual time have in common: the clocks, which start 1000 s after
// boot and pass from one instant at which something is due to the next one, and the host around the
// implementation: its addresses, its routes, and what has come out.
#ifndef WGSIM_CONFORMANCE_VIRTUAL_TARGET_H_
#define WGSIM_CONFORMANCE_VIRTUAL_TARGET_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "conformance/target.h"
#include "protocol/ip.h"
#include "protocol/time.h"
#include "protocol/wire_tester.h"

namespace conformance {

class VirtualTarget : public Target {
 public:
  wg::Now now() const override { return now_; }
  void StepWall(wg::Duration by) override { now_.wall += by; }
  void Pass(wg::Duration duration) override;
  void Deliver(const wg::WireBytes& bytes, const wg::Endpoint& from, uint8_t ds) override;
  bool DeliverAtSecond(const wg::WireBytes& bytes, const wg::Endpoint& from) override;
  bool RemoveSecond() override;
  std::vector<wg::WireOut> TakeDatagrams() override;
  std::vector<wg::WireBytes> TakeInner() override;

 protected:
  // Of its host: the one that leads to everybody, link-local addresses included.
  static constexpr uint32_t kOnlyInterface = 1;

  // When OnTimer wants to be called; BootTime::max(): never.
  virtual wg::BootTime NextTimer() const = 0;
  virtual void OnTimer() = 0;
  // A datagram to `to`, one of its addresses.
  virtual void Receive(const wg::WireBytes& bytes, const wg::Endpoint& from,
                       const wg::IpAddress& to, uint8_t ds) = 0;

  // What became of a datagram.
  struct Way {
    bool exists;       // false: no route leads there
    bool source_gone;  // it left from another address than it was to
  };
  // The implementation sends.
  Way Send(wg::WireOut out);
  // The implementation has a packet for its host.
  void HandOver(wg::WireBytes packet) { delivered_.push_back(std::move(packet)); }
  // Forgets what was sent to somebody.
  void ForgetSentTo(const wg::Endpoint& remote);

 private:
  static const wg::Now kBegin;

  wg::Now now_ = kBegin;
  bool has_second_ = true;
  std::vector<wg::WireOut> sent_;
  std::vector<wg::WireBytes> delivered_;
};

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_VIRTUAL_TARGET_H_
