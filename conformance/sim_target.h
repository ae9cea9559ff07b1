// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// SimTarget: this project's own device, as one of the profiles, in virtual time. It works at once,
// as on a machine with one idle core (wg::InlineDriver). The same every time.
#ifndef WGSIM_CONFORMANCE_SIM_TARGET_H_
#define WGSIM_CONFORMANCE_SIM_TARGET_H_

#include <memory>
#include <string>
#include <vector>

#include "conformance/target.h"
#include "conformance/virtual_target.h"
#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/fake_entropy.h"
#include "protocol/inline_driver.h"
#include "protocol/ip.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "protocol/wire_tester.h"

namespace conformance {

class SimTarget : public VirtualTarget {
 public:
  explicit SimTarget(const wg::Profile& profile);
  ~SimTarget() override;

  const std::string& name() const override { return name_; }
  Abilities abilities() const override {
    return kVirtualTime | kSendErrors | kNetlink | kTextProtocol;
  }
  wg::Errno Configure(const wg::SetDevice& request) override;
  wg::GetDevice Read() override { return device_->Get(); }
  std::string Ask(const std::string& request) override;
  void SetUp(bool up) override;
  // A flood, of which nothing is seen. Where load is counted by the second of the clock the next
  // one may be waited for.
  bool PutUnderLoad() override;
  wg::Errno SendInner(const wg::WireBytes& packet) override;

 protected:
  wg::BootTime NextTimer() const override { return device_->NextTimer(); }
  void OnTimer() override;
  void Receive(const wg::WireBytes& bytes, const wg::Endpoint& from, const wg::IpAddress& to,
               uint8_t ds) override;

 private:
  // A datagram to `to` waits to be processed.
  void Queue(const wg::WireBytes& bytes, const wg::Endpoint& from, const wg::IpAddress& to,
             uint8_t ds);
  // Takes what the device sends, if there is a way.
  void Take(const wg::Datagram& datagram);
  // A socket without a port gets the next free one.
  void BindPort();
  // Lets the device work until nothing is left to do.
  void Settle();

  const wg::Profile& profile_;
  const std::string name_;
  uint16_t next_port_ = 49152;
  wg::SeededEntropy entropy_;
  wg::BufferPool pool_;
  wg::Module module_;
  wg::Effects fx_;
  std::unique_ptr<wg::Device> device_;
  wg::InlineDriver driver_;
};

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_SIM_TARGET_H_
