// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ProgramTarget: a real implementation that has an interface of the host's, in real time. A script
// starts it (docs/CONFORMANCE.md): a command with a verb, which is run as
//
//   SCRIPT start      the interface $WG_INTERFACE exists, down, when it has ended
//   SCRIPT configure  a set=1 request of the text protocol stands on stdin
//   SCRIPT get        writes what get=1 would be answered
//   SCRIPT stop       before the end, for whoever wants to clean up
//
// (configure and get only where nobody listens at /var/run/wireguard/$WG_INTERFACE.sock)
//
// and whose exit code 89 means that it cannot do this at all. What the program has been given has
// been processed when all its threads wait again (rest.h); so nothing is waited for longer than it
// takes, and a busy machine makes it slow, not wrong.
#ifndef WGSIM_TOOLS_CONFORM_PROGRAM_TARGET_H_
#define WGSIM_TOOLS_CONFORM_PROGRAM_TARGET_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "conformance/target.h"
#include "protocol/crypto/keys.h"
#include "protocol/time.h"
#include "tools/conform/command.h"
#include "tools/conform/inner_port.h"
#include "tools/conform/wire.h"

namespace conformance {

class ProgramTarget : public Target {
 public:
  static constexpr int kUnsupported = 89;

  // REQUIRES: within a sandbox (sandbox.h), where nothing else runs. Unimplemented: the script's
  // exit code was 89. Internal: it did not start; says why.
  static absl::StatusOr<std::unique_ptr<ProgramTarget>> Start(
      const std::string& name, const std::vector<std::string>& script);
  ~ProgramTarget() override;

  const std::string& name() const override { return name_; }
  Abilities abilities() const override { return socket_.empty() ? 0 : kTextProtocol; }
  wg::Duration tolerance() const override;
  std::string unsupported() const override { return unsupported_; }
  // What kept the target from being observed: everything found since may be wrong; "" if nothing.
  const std::string& obstacle() const { return obstacle_; }

  wg::Now now() const override;
  void StepWall(wg::Duration by) override;
  void Pass(wg::Duration duration) override;
  wg::Errno Configure(const wg::SetDevice& request) override;
  wg::GetDevice Read() override;
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
  ProgramTarget(const std::string& name, const std::vector<std::string>& script,
                std::unique_ptr<Wire> wire)
      : name_(name), script_(script), wire_(std::move(wire)) {}

  // Runs the script.
  absl::StatusOr<Ended> Call(const std::string& verb, const std::string& input = "") const;
  // Takes what has come. Says whether that was anything.
  bool Collect();
  // Waits until there is nothing left to do.
  void Settle();
  // Where its socket is, as it says now.
  uint16_t Port();
  bool SendFlood(const wg::WireBytes& message);

  const std::string name_;
  const std::vector<std::string> script_;
  const std::unique_ptr<Wire> wire_;
  std::unique_ptr<InnerPort> inner_;
  std::string socket_;  // of the text protocol; "": the script is asked
  uint16_t port_ = 0;
  bool port_is_known_ = false;
  std::string unsupported_, obstacle_;
  std::vector<wg::WireOut> sent_;
  std::vector<wg::WireBytes> delivered_;
};

}  // namespace conformance

#endif  // WGSIM_TOOLS_CONFORM_PROGRAM_TARGET_H_
