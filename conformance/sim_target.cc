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

constexpr wg::Now kBegin{wg::BootTime(std::chrono::seconds(1000)),
                         wg::WallTime(std::chrono::seconds(1'700'000'000))};
constexpr uint64_t kSeed = 1;
// The one that leads to everybody.
constexpr uint32_t kInterface = 1;
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
      now_(kBegin),
      entropy_(kSeed),
      device_(std::make_unique<wg::Device>(wg::DeviceOptions{.profile = &profile,
                                                             .crypto = &wg::RealCrypto(),
                                                             .entropy = &entropy_,
                                                             .pool = &pool_,
                                                             .module = &module_,
                                                             .now = kBegin})),
      driver_(device_.get()) {}

SimTarget::~SimTarget() {
  device_->Dismantle(&fx_);
  fx_.Clear();
}

void SimTarget::Take(wg::Datagram* datagram) {
  wg::Endpoint to = datagram->remote;
  const bool has_way =
      to.address.IsLinkLocal() ? to.scope_id == kInterface : to.address != kUnreachable;
  device_->OnDatagramSent(now_, *datagram,
                          has_way ? wg::SendOutcome::kSent : wg::SendOutcome::kNoRoute);
  if (!has_way) return;
  to.scope_id = 0;
  wg::IpAddress from = to.address.is_v4() ? kFirstV4 : kFirstV6;
  if (datagram->local && (has_second_ || datagram->local == from)) {
    from = datagram->local;
  } else if (datagram->local) {
    device_->ForgetSource(datagram->peer);
  }
  const auto bytes = std::as_const(datagram->payload).bytes();
  sent_.push_back({now_.boot, wg::WireBytes(bytes.begin(), bytes.end()), to, datagram->ds, from});
}

void SimTarget::Settle() {
  while (!fx_.empty()) {
    driver_.Settle(now_, &fx_);
    for (wg::Datagram& datagram : fx_.datagrams) Take(&datagram);
    for (const wg::InnerPacket& inner : fx_.inner) {
      const auto bytes = inner.packet.bytes();
      delivered_.emplace_back(bytes.begin(), bytes.end());
    }
    fx_.Clear();
  }
}

void SimTarget::Pass(wg::Duration duration) {
  const wg::BootTime end = now_.boot + duration;
  while (true) {
    const wg::BootTime stop = std::max(now_.boot, std::min(device_->NextTimer(), end));
    now_.wall += stop - now_.boot;
    now_.boot = stop;
    if (device_->NextTimer() > end) return;
    device_->OnTimer(now_, &fx_);
    Settle();
  }
}

void SimTarget::BindPort() {
  if (device_->is_up() && device_->Get().listen_port == 0) device_->set_listen_port(next_port_++);
}

wg::Errno SimTarget::Configure(const wg::SetDevice& request) {
  const wg::Errno error = wg::Configure(device_.get(), request, now_, &fx_);
  BindPort();
  Settle();
  return error;
}

void SimTarget::SetUp(bool up) {
  if (up == device_->is_up()) return;
  up ? device_->Up(now_, &fx_) : device_->Down(now_, &fx_);
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
    const wg::Duration left = kSecond - now_.boot.time_since_epoch() % kSecond;
    if (left < kLoadLasts) Pass(left);
  }
  wg::Tester flooder(wg::RealCrypto(), kFlooder, *key);
  const wg::WireBytes message = flooder.MakeInitiation(now_);
  for (uint32_t i = 0; i <= rule.threshold; ++i) Queue(message, flooder.address, kFirstV4, 0);
  Settle();
  const auto is_of_flood = [&](const wg::WireOut& out) { return out.remote == flooder.address; };
  sent_.erase(std::remove_if(sent_.begin(), sent_.end(), is_of_flood), sent_.end());
  return true;
}

void SimTarget::Queue(const wg::WireBytes& bytes, const wg::Endpoint& from, const wg::IpAddress& to,
                      uint8_t ds) {
  wg::Endpoint remote = from;
  if (remote.address.IsLinkLocal()) remote.scope_id = kInterface;
  device_->Receive(now_,
                   {.payload = pool_.Copy(bytes),
                    .remote = remote,
                    .local = to,
                    .ifindex = kInterface,
                    .ds = ds},
                   &fx_);
}

void SimTarget::Deliver(const wg::WireBytes& bytes, const wg::Endpoint& from, uint8_t ds) {
  Queue(bytes, from, from.address.is_v4() ? kFirstV4 : kFirstV6, ds);
  Settle();
}

bool SimTarget::DeliverAtSecond(const wg::WireBytes& bytes, const wg::Endpoint& from) {
  Queue(bytes, from, from.address.is_v4() ? kSecondV4 : kSecondV6, 0);
  Settle();
  return true;
}

bool SimTarget::RemoveSecond() { return std::exchange(has_second_, false); }

wg::Errno SimTarget::SendInner(const wg::WireBytes& packet) {
  wg::Buffer buffer = pool_.Copy(packet);
  const wg::Errno error = device_->Transmit(now_, &buffer, 0, &fx_);
  Settle();
  return error;
}

std::vector<wg::WireOut> SimTarget::TakeDatagrams() { return std::exchange(sent_, {}); }
std::vector<wg::WireBytes> SimTarget::TakeInner() { return std::exchange(delivered_, {}); }

}  // namespace conformance
