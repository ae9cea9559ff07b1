// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/sim_target.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/config_session.h"
#include "protocol/crypto/suite.h"
#include "protocol/uapi/session.h"

namespace conformance {
namespace {

constexpr uint64_t kSeed = 1;
// Load lasts at least as long as the interface promises.
constexpr wg::Duration kSecond = std::chrono::seconds(1);
constexpr wg::Duration kLoadLasts = kSecond / 2;
// The tester that floods; no script has so many.
constexpr uint8_t kFlooder = 250;

// Our device behind the text protocol.
class Handler : public wg::uapi::Handler {
 public:
  explicit Handler(SimTarget* target) : target_(target) {}
  wg::GetDevice Get() override { return target_->Read(); }
  bool HasPeer(const wg::PublicKey& key) override {
    const std::vector<wg::GetPeer> peers = target_->Read().peers;
    return std::any_of(peers.begin(), peers.end(),
                       [&](const wg::GetPeer& peer) { return peer.public_key == key; });
  }
  wg::Errno Set(const wg::SetDevice& request) override { return target_->Configure(request); }

 private:
  SimTarget* const target_;
};

}  // namespace

SimTarget::SimTarget(const wg::Profile& profile)
    : profile_(profile),
      name_(absl::StrCat("sim/", profile.name)),
      entropy_(kSeed),
      device_(std::make_unique<wg::Device>(wg::DeviceOptions{.profile = &profile,
                                                             .crypto = &wg::RealCrypto(),
                                                             .entropy = &entropy_,
                                                             .pool = &pool_,
                                                             .module = &module_,
                                                             .now = now()})),
      driver_(device_.get()) {}

SimTarget::~SimTarget() {
  device_->Dismantle(&fx_);
  fx_.Clear();
}

void SimTarget::Take(const wg::Datagram& datagram) {
  const auto bytes = datagram.payload.bytes();
  const Way way = Send({now().boot, wg::WireBytes(bytes.begin(), bytes.end()), datagram.remote,
                        datagram.ds, datagram.local});
  device_->OnDatagramSent(now(), datagram,
                          way.exists ? wg::SendOutcome::kSent : wg::SendOutcome::kNoRoute);
  if (way.source_gone) device_->ForgetSource(datagram.peer);
}

void SimTarget::Settle() {
  while (!fx_.empty()) {
    driver_.Settle(now(), &fx_);
    for (const wg::Datagram& datagram : fx_.datagrams) Take(datagram);
    for (const wg::InnerPacket& inner : fx_.inner) {
      const auto bytes = inner.packet.bytes();
      HandOver(wg::WireBytes(bytes.begin(), bytes.end()));
    }
    fx_.Clear();
  }
}

void SimTarget::OnTimer() {
  device_->OnTimer(now(), &fx_);
  Settle();
}

void SimTarget::BindPort() {
  if (device_->is_up() && device_->Get().listen_port == 0) device_->set_listen_port(next_port_++);
}

wg::Errno SimTarget::Configure(const wg::SetDevice& request) {
  const wg::Errno error = wg::Configure(device_.get(), request, now(), &fx_);
  BindPort();
  Settle();
  return error;
}

void SimTarget::SetUp(bool up) {
  if (up == device_->is_up()) return;
  up ? device_->Up(now(), &fx_) : device_->Down(now(), &fx_);
  BindPort();
  Settle();
}

std::string SimTarget::Ask(const std::string& request) {
  Handler handler(this);
  return wg::uapi::Session(&handler).Feed(request);
}

bool SimTarget::PutUnderLoad() {
  const std::optional<wg::PublicKey> key = device_->Get().public_key;
  if (!key) return false;
  const wg::LoadRule& rule = profile_.load;
  if (rule.measure == wg::LoadRule::Measure::kPerSecond) {
    // This load is over when the clock's second is.
    const wg::Duration left = kSecond - now().boot.time_since_epoch() % kSecond;
    if (left < kLoadLasts) Pass(left);
  }
  wg::Tester flooder(wg::RealCrypto(), kFlooder, *key);
  const wg::WireBytes message = flooder.MakeInitiation(now());
  for (uint32_t i = 0; i <= rule.threshold; ++i) Queue(message, flooder.address, kFirstV4, 0);
  Settle();
  ForgetSentTo(flooder.address);
  return true;
}

void SimTarget::Queue(const wg::WireBytes& bytes, const wg::Endpoint& from, const wg::IpAddress& to,
                      uint8_t ds) {
  wg::Endpoint remote = from;
  if (remote.address.IsLinkLocal()) remote.scope_id = kOnlyInterface;
  device_->Receive(now(),
                   {.payload = pool_.Copy(bytes),
                    .remote = remote,
                    .local = to,
                    .ifindex = kOnlyInterface,
                    .ds = ds},
                   &fx_);
}

void SimTarget::Receive(const wg::WireBytes& bytes, const wg::Endpoint& from,
                        const wg::IpAddress& to, uint8_t ds) {
  Queue(bytes, from, to, ds);
  Settle();
}

wg::Errno SimTarget::SendInner(const wg::WireBytes& packet) {
  wg::Buffer buffer = pool_.Copy(packet);
  const wg::Errno error = device_->Transmit(now(), &buffer, 0, &fx_);
  Settle();
  return error;
}

}  // namespace conformance
