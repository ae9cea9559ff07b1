// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// AdapterTarget: an implementation without I/O and without clock, which speaks the protocol of
// adapter.proto: a line of JSON for each line. How lines are carried is the business of its user.
#ifndef WGSIM_CONFORMANCE_ADAPTER_TARGET_H_
#define WGSIM_CONFORMANCE_ADAPTER_TARGET_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "conformance/adapter.pb.h"
#include "conformance/virtual_target.h"
#include "protocol/config.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/time.h"
#include "protocol/wire_tester.h"

namespace conformance {

class AdapterTarget : public VirtualTarget {
 public:
  static constexpr uint32_t kVersion = 1;
  // Carries a line, without its end, to the adapter, and returns the one that answers. An error is
  // final.
  using Exchange = std::function<absl::StatusOr<std::string>(const std::string& line)>;

  // Starts it. What came of that is in unsupported() and fault(); an exchange that is answered
  // Unimplemented is no fault.
  AdapterTarget(const std::string& name, Exchange exchange);

  const std::string& name() const override { return name_; }
  Abilities abilities() const override { return abilities_; }
  std::string unsupported() const override { return unsupported_; }
  // How the exchange ended, or what is wrong with an answer. Nothing is asked after that.
  std::string fault() const override { return fault_; }
  wg::Errno Configure(const wg::SetDevice& request) override;
  wg::GetDevice Read() override;
  std::string Ask(const std::string& request) override;
  void SetUp(bool up) override;
  bool PutUnderLoad() override;
  wg::Errno SendInner(const wg::WireBytes& packet) override;

 protected:
  wg::BootTime NextTimer() const override { return next_; }
  void OnTimer() override;
  void Receive(const wg::WireBytes& bytes, const wg::Endpoint& from, const wg::IpAddress& to,
               uint8_t ds) override;

 private:
  // Fills in what every request has; the answer, and does what it says. An empty one after a fault.
  file::AdapterAnswer Do(file::AdapterRequest request);
  void Fail(const std::string& line, const std::string& why);
  Way Take(const file::AdapterDatagram& datagram, const std::string& line);

  const std::string name_;
  const Exchange exchange_;
  Abilities abilities_ = kVirtualTime | kTextProtocol;
  wg::BootTime next_ = wg::BootTime::max();
  int called_at_once_ = 0;  // timers due without time passing
  bool is_over_ = false;
  std::string unsupported_, fault_;
};

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_ADAPTER_TARGET_H_
