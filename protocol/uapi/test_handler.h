// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: a device behind the text protocol, configured at once and without a network.
#ifndef WGSIM_PROTOCOL_UAPI_TEST_HANDLER_H_
#define WGSIM_PROTOCOL_UAPI_TEST_HANDLER_H_

#include <algorithm>
#include <chrono>
#include <vector>

#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/fake_entropy.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "protocol/uapi/session.h"

namespace wg::uapi {

class TestHandler : public Handler {
 public:
  explicit TestHandler(const CryptoSuite* crypto = &ModelledCrypto())
      : device_(DeviceOptions{.profile = &kWireguardGo,
                              .crypto = crypto,
                              .entropy = &entropy_,
                              .pool = &pool_,
                              .module = &module_,
                              .now = kNow}) {}

  GetDevice Get() override { return device_.Get(); }
  bool HasPeer(const PublicKey& key) override {
    const std::vector<GetPeer> peers = device_.Get().peers;
    return std::any_of(peers.begin(), peers.end(),
                       [&](const GetPeer& peer) { return peer.public_key == key; });
  }
  Errno Set(const SetDevice& request) override {
    const Errno error = Configure(&device_, request, kNow, &fx_);
    fx_.Clear();
    return error;
  }

  const Device& device() const { return device_; }

 private:
  static constexpr Now kNow{BootTime(std::chrono::seconds(1000)),
                            WallTime(std::chrono::seconds(1'700'000'000))};

  SeededEntropy entropy_{7};
  BufferPool pool_;
  Module module_;
  Effects fx_;
  Device device_;
};

}  // namespace wg::uapi

#endif  // WGSIM_PROTOCOL_UAPI_TEST_HANDLER_H_
