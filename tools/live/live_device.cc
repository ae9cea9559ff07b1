// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/live_device.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "protocol/crypto/suite.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "tools/live/icmp_error.h"

namespace live {
namespace {

constexpr std::chrono::milliseconds kLongestSleep = std::chrono::minutes(1);

wg::Errno ErrnoOf(const absl::Status& status) {
  return absl::IsAlreadyExists(status) ? wg::Errno::kAddrInUse : wg::Errno::kInval;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LiveDevice>> LiveDevice::Create(const std::string& interface,
                                                               Log log) {
  absl::StatusOr<std::unique_ptr<Tun>> tun = Tun::Create(interface);
  if (!tun.ok()) return tun.status();
  auto watch = InterfaceWatch::Create((*tun)->ifindex());
  if (!watch.ok()) return watch.status();
  return std::unique_ptr<LiveDevice>(
      new LiveDevice(*std::move(tun), *std::move(watch), std::move(log)));
}

LiveDevice::LiveDevice(std::unique_ptr<Tun> tun, std::unique_ptr<InterfaceWatch> watch, Log log)
    : log_(std::move(log)),
      tun_(std::move(tun)),
      watch_(std::move(watch)),
      device_({.profile = &wg::kLinux616,
               .crypto = &wg::RealCrypto(),
               .entropy = &entropy_,
               .pool = &pool_,
               .module = &module_,
               .now = ReadClocks()}) {}

LiveDevice::~LiveDevice() {
  if (device_.is_up()) Down();
  device_.Dismantle(&fx_);
  fx_.Clear();
  received_.clear();
}

void LiveDevice::AppendTo(std::vector<pollfd>* fds) const {
  fds->push_back({.fd = watch_->fd(), .events = POLLIN, .revents = 0});
  if (sockets_ == nullptr) return;
  // A TUN interface that is down is always ready to say so.
  fds->push_back({.fd = tun_->fd(), .events = POLLIN, .revents = 0});
  sockets_->AppendTo(fds);
}

int LiveDevice::PollTimeout() const {
  if (more_) return 0;
  const wg::BootTime next = device_.NextTimer();
  const wg::BootTime now = ReadClocks().boot;
  if (next <= now) return 0;
  if (next - now >= kLongestSleep) return static_cast<int>(kLongestSleep.count());
  // Rounded up: too early there would be nothing to do.
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(next - now).count());
}

void LiveDevice::Serve() {
  more_ = false;
  FollowInterface();
  const wg::Now now = ReadClocks();
  if (device_.NextTimer() <= now.boot) {
    device_.OnTimer(now, &fx_);
    CarryOut(now);
  }
  if (sockets_ == nullptr) return;
  TakeFromSockets();
  TakeFromInterface();
}

void LiveDevice::FollowInterface() {
  watch_->Update();
  const InterfaceState& state = watch_->state();
  gone_ |= state.gone;
  const bool up = state.up && !gone_;
  if (up && sockets_ == nullptr) Up();
  if (!up && sockets_ != nullptr) Down();
}

void LiveDevice::Up() {
  const wg::BindOutcome bound = Bind(port_);
  if (bound.error != wg::Errno::kOk) {
    // Tried again whenever something happens.
    if (!unbound_) {
      log_(absl::StrCat("port ", port_, " cannot be bound (", wg::ErrnoName(bound.error),
                        "): the interface is up but does nothing"));
    }
    unbound_ = true;
    return;
  }
  unbound_ = false;
  device_.set_listen_port(bound.port);
  const wg::Now now = ReadClocks();
  device_.Up(now, &fx_);
  CarryOut(now);
}

void LiveDevice::Down() {
  const wg::Now now = ReadClocks();
  device_.Down(now, &fx_);
  CarryOut(now);
  port_ = sockets_->port();
  sockets_.reset();
}

wg::BindOutcome LiveDevice::Bind(uint16_t port) {
  if (sockets_ != nullptr && port == sockets_->port() && port != 0) return {wg::Errno::kOk, port};
  absl::StatusOr<std::unique_ptr<UdpPort>> sockets = UdpPort::Bind(port);
  if (!sockets.ok()) return {ErrnoOf(sockets.status())};
  sockets_ = *std::move(sockets);
  mark_ = device_.fwmark();
  if (mark_ != 0 && !sockets_->SetMark(mark_)) log_("fwmark: not permitted");
  return {wg::Errno::kOk, sockets_->port()};
}

bool LiveDevice::HasPeer(const wg::PublicKey& key) {
  const std::vector<wg::GetPeer> peers = device_.Get().peers;
  return std::any_of(peers.begin(), peers.end(),
                     [&](const wg::GetPeer& peer) { return peer.public_key == key; });
}

wg::Errno LiveDevice::Set(const wg::SetDevice& request) {
  const wg::Now now = ReadClocks();
  wg::ConfigSession session(&device_, request);
  while (const std::optional<wg::ConfigStep> step = session.Next()) {
    wg::BindOutcome bound;
    if (step->kind == wg::StepKind::kSetListenPort) {
      if (sockets_ != nullptr) bound = Bind(step->port);
      if (bound.error == wg::Errno::kOk) port_ = step->port;
    }
    session.Step(now, &fx_, bound);
    CarryOut(now);
  }
  if (sockets_ != nullptr && device_.fwmark() != mark_) {
    mark_ = device_.fwmark();
    if (!sockets_->SetMark(mark_)) log_("fwmark: not permitted");
  }
  return session.error();
}

void LiveDevice::TakeFromInterface() {
  const wg::Now now = ReadClocks();
  for (int i = 0; i < kPacketsInARow; ++i) {
    wg::Buffer packet;
    const Tun::Got got = tun_->Read(&pool_, &packet);
    gone_ |= got == Tun::Got::kGone;
    if (got != Tun::Got::kPacket) return CarryOut(now);
    if (device_.Transmit(now, &packet, watch_->state().mtu, &fx_) == wg::Errno::kOk) continue;
    if (packet) Refuse(packet);
  }
  more_ = true;
  CarryOut(now);
}

void LiveDevice::Refuse(const wg::Buffer& packet) {
  const wg::Buffer error = HostUnreachable(packet.bytes(), &pool_);
  if (error) tun_->Write(error.bytes());
}

void LiveDevice::TakeFromSockets() {
  const wg::Now now = ReadClocks();
  received_.clear();
  if (!sockets_->Receive(&pool_, &received_)) more_ = true;
  for (wg::Datagram& datagram : received_) device_.Receive(now, std::move(datagram), &fx_);
  received_.clear();
  CarryOut(now);
}

void LiveDevice::CarryOut(wg::Now now) {
  driver_.Settle(now, &fx_);
  for (const wg::InnerPacket& inner : fx_.inner) tun_->Write(inner.packet.bytes());
  if (!fx_.datagrams.empty()) SendDatagrams(now);
  fx_.Clear();
}

void LiveDevice::SendDatagrams(wg::Now now) {
  sent_.clear();
  if (sockets_ == nullptr) {
    sent_.resize(fx_.datagrams.size(), {wg::SendOutcome::kNoRoute, false});
  } else {
    sockets_->Send(fx_.datagrams, &sent_);
  }
  for (size_t i = 0; i < sent_.size(); ++i) {
    device_.OnDatagramSent(now, fx_.datagrams[i], sent_[i].outcome);
    if (sent_[i].source_forgotten) device_.ForgetSource(fx_.datagrams[i].peer);
  }
}

}  // namespace live
