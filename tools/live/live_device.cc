// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/live_device.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "protocol/crypto/suite.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "tools/live/icmp_error.h"
#include "tools/live/readiness.h"

namespace live {
namespace {

constexpr const wg::Profile& kProfile = wg::kLinux616;
constexpr std::chrono::milliseconds kLongestSleep = std::chrono::minutes(1);

wg::Errno ErrnoOf(const absl::Status& status) {
  return absl::IsAlreadyExists(status) ? wg::Errno::kAddrInUse : wg::Errno::kInval;
}

void SayWhatIsLacking(Tun::Offload offload, const LiveDevice::Log& log) {
  switch (offload) {
    case Tun::Offload::kUdp: return;
    case Tun::Offload::kTcp: return log("this kernel's TUN has no offload of UDP (Linux 6.2): datagrams pass one by one");
    default: return log("this kernel's TUN has no offloads: packets pass one by one");
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<LiveDevice>> LiveDevice::Create(const std::string& interface,
                                                               Options options, Log log) {
  absl::StatusOr<std::unique_ptr<Tun>> tun =
      Tun::Create(interface, options.offload ? Tun::Offload::kUdp : Tun::Offload::kNone);
  if (!tun.ok()) return tun.status();
  if (options.offload) SayWhatIsLacking((*tun)->offload(), log);
  auto watch = InterfaceWatch::Create((*tun)->ifindex());
  if (!watch.ok()) return watch.status();
  const wg::Now now = ReadClocks();
  if (options.recorder != nullptr) options.recorder->Start(now, std::string(kProfile.name), interface);
  return std::unique_ptr<LiveDevice>(
      new LiveDevice(*std::move(tun), *std::move(watch), options, std::move(log), now));
}

LiveDevice::LiveDevice(std::unique_ptr<Tun> tun, std::unique_ptr<InterfaceWatch> watch, Options options,
                       Log log, wg::Now now)
    : options_(options),
      log_(std::move(log)),
      tun_(std::move(tun)),
      watch_(std::move(watch)),
      device_({.profile = &kProfile,
               .crypto = &wg::RealCrypto(),
               .entropy = options.recorder != nullptr ? options.recorder->entropy() : &entropy_,
               .pool = &pool_,
               .module = &module_,
               .now = now}),
      driver_(&device_, &wg::RealCrypto(), options.threads) {
  Record();
}

LiveDevice::~LiveDevice() {
  if (device_.is_up()) Down();
  if (recorder() != nullptr) recorder()->End(ReadClocks(), device_.Get());
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

void LiveDevice::Serve(absl::Span<const pollfd> polled) {
  more_ = false;
  FollowInterface(polled);
  const wg::Now now = ReadClocks();
  if (device_.NextTimer() <= now.boot) {
    if (recorder() != nullptr) recorder()->Timer(now);
    device_.OnTimer(now, &fx_);
    Record();
    CarryOut(now);
  }
  if (sockets_ == nullptr) return;
  TakeFromSockets(polled);
  if (sockets_ != nullptr && MayBeReady(polled, tun_->fd())) TakeFromInterface();
}

void LiveDevice::FollowInterface(absl::Span<const pollfd> polled) {
  if (MayBeReady(polled, watch_->fd())) watch_->Update();
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
  const wg::Now now = ReadClocks();
  if (recorder() != nullptr) recorder()->ListenPort(now, bound.port);
  device_.set_listen_port(bound.port);
  Record();
  if (recorder() != nullptr) recorder()->Up(now);
  device_.Up(now, &fx_);
  Record();
  CarryOut(now);
}

void LiveDevice::Down() {
  const wg::Now now = ReadClocks();
  if (recorder() != nullptr) recorder()->Down(now);
  device_.Down(now, &fx_);
  Record();
  CarryOut(now);
  port_ = sockets_->port();
  sockets_.reset();
}

wg::BindOutcome LiveDevice::Bind(uint16_t port) {
  if (sockets_ != nullptr && port == sockets_->port() && port != 0) return {wg::Errno::kOk, port};
  absl::StatusOr<std::unique_ptr<UdpPort>> sockets = UdpPort::Bind(port, options_.offload);
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
  if (recorder() != nullptr) recorder()->Request(now, request);
  wg::ConfigSession session(&device_, request);
  Record();
  while (const std::optional<wg::ConfigStep> step = session.Next()) {
    wg::BindOutcome bound;
    if (step->kind == wg::StepKind::kSetListenPort) {
      if (sockets_ != nullptr) bound = Bind(step->port);
      if (bound.error == wg::Errno::kOk) port_ = step->port;
    }
    if (recorder() != nullptr) recorder()->Step(now, bound);
    session.Step(now, &fx_, bound);
    Record(session.error());
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
  for (size_t taken = 0; taken < kPacketsInARow;) {
    const Tun::Got got = tun_->Read(&pool_, &packets_);
    gone_ |= got == Tun::Got::kGone;
    if (got != Tun::Got::kPacket) return CarryOut(now);
    taken += std::max<size_t>(1, packets_.size());
    Transmit(now);
    packets_.clear();
  }
  more_ = true;
  CarryOut(now);
}

void LiveDevice::Transmit(wg::Now now) {
  if (packets_.empty()) return;
  const uint32_t mtu = watch_->state().mtu;
  if (recorder() != nullptr) recorder()->Packets(now, packets_, mtu);
  const wg::Errno error = packets_.size() == 1
                              ? device_.Transmit(now, &packets_[0], mtu, &fx_)
                              : device_.TransmitBurst(now, absl::MakeSpan(packets_), mtu, &fx_);
  Record(error);
  if (error != wg::Errno::kOk && packets_[0]) Refuse(packets_[0]);
}

void LiveDevice::Refuse(const wg::Buffer& packet) {
  const wg::Buffer error = HostUnreachable(packet.bytes(), &pool_);
  if (error) tun_->Write(error.bytes());
}

void LiveDevice::TakeFromSockets(absl::Span<const pollfd> polled) {
  const wg::Now now = ReadClocks();
  received_.clear();
  // All that waits, within reason, before any of it is worked on: that many handshake messages are waiting is what tells load.
  bool empty = false;
  while (!empty && received_.size() < kDatagramsInARow) {
    empty = sockets_->Receive(polled, &pool_, &received_);
  }
  more_ |= !empty;
  for (wg::Datagram& datagram : received_) {
    if (recorder() != nullptr) recorder()->Datagram(now, datagram);
    device_.Receive(now, std::move(datagram), &fx_);
    Record();
  }
  received_.clear();
  CarryOut(now);
}

void LiveDevice::Record(wg::Errno error) {
  if (recorder() == nullptr) return;
  recorder()->CameOfIt(error);
  if (recorder()->status().ok() || !recording_) return;
  recording_ = false;
  log_(absl::StrCat("the recording ends: ", recorder()->status().message()));
}

void LiveDevice::CarryOut(wg::Now now) {
  if (fx_.empty()) return;
  if (recorder() != nullptr) recorder()->CarryOut(now);
  driver_.Settle(now, &fx_);
  if (recorder() != nullptr) recorder()->CameOfIt(wg::Errno::kOk, &fx_);
  for (wg::InnerPacket& inner : fx_.inner) tun_->WriteLater(inner.packet.bytes());
  tun_->Flush();
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
  if (recorder() != nullptr) recorder()->Sent(now, sent_);
  for (size_t i = 0; i < sent_.size(); ++i) {
    device_.OnDatagramSent(now, fx_.datagrams[i], sent_[i].outcome);
    if (sent_[i].source_forgotten) device_.ForgetSource(fx_.datagrams[i].peer);
  }
  Record();
}

}  // namespace live
