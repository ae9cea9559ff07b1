// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/wire_bench.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "protocol/check.h"
#include "protocol/errno.h"
#include "protocol/send.h"

namespace wg {
namespace {

constexpr uint8_t kDeviceKeyByte = 0x40;

}  // namespace

WireBench::WireBench(const CryptoSuite& crypto, Module* module, uint8_t number,
                     const Profile& profile)
    : crypto_(crypto),
      now_{BootTime(std::chrono::seconds(1000)), WallTime(std::chrono::seconds(1'700'000'000))},
      own_module_(module == nullptr ? std::make_unique<Module>() : nullptr),
      module_(module == nullptr ? own_module_.get() : module),
      entropy_(number),
      device_(std::make_unique<Device>(DeviceOptions{.profile = &profile,
                                                     .crypto = &crypto,
                                                     .entropy = &entropy_,
                                                     .pool = &pool_,
                                                     .module = module_,
                                                     .now = now_})),
      driver_(device_.get()),
      address_{IpAddress::V4(0xc0000200u + number), 51820, 0} {
  PrivateKey key;
  key.bytes.fill(static_cast<uint8_t>(kDeviceKeyByte + number));
  CHECK(crypto.DerivePublic(key, &public_key_));
  SetPrivateKey(state(), now_, key, &fx_);
  device_->Up(now_, &fx_);
}

Tester& WireBench::AddTester() {
  testers_.push_back(std::make_unique<Tester>(
      crypto_, static_cast<uint8_t>(testers_.size() + 1), public_key_));
  Tester& tester = *testers_.back();
  Peer* peer = CreatePeer(state(), now_, tester.public_key, tester.psk);
  SetEndpoint(*peer, tester.address);
  CHECK(state().allowed_ips.Insert(Prefix::Host(tester.inner), peer->slot) == Errno::kOk);
  return tester;
}

Peer& WireBench::PeerOf(const Tester& tester) {
  Peer* peer = FindPeer(state(), tester.public_key);
  CHECK(peer != nullptr);
  return *peer;
}

void WireBench::Queue(const WireBytes& bytes, const Endpoint& from) {
  device_->Receive(now_,
                   {.payload = pool_.Copy(bytes),
                    .remote = from,
                    .local = address_.address,
                    .ifindex = 1},
                   &fx_);
}

std::vector<WireOut> WireBench::Send(const WireBytes& bytes, const Endpoint& from) {
  Queue(bytes, from);
  return Settle();
}

WireBytes WireBench::InnerFrom(const Tester& tester, uint32_t number) {
  return tester.InnerFrom(number);
}

std::vector<WireOut> WireBench::SendInner(const Tester& tester, uint32_t number) {
  Buffer packet = pool_.Copy(tester.InnerTo(number));
  CHECK(device_->Transmit(now_, &packet, 0, &fx_) == Errno::kOk);
  return Settle();
}

std::vector<WireOut> WireBench::Settle() {
  std::vector<WireOut> out;
  while (!fx_.empty()) {
    driver_.Settle(now_, &fx_);
    for (Datagram& datagram : fx_.datagrams) {
      device_->OnDatagramSent(now_, datagram, outcome);
      const auto bytes = std::as_const(datagram.payload).bytes();
      out.push_back({now_.boot, WireBytes(bytes.begin(), bytes.end()), datagram.remote,
                     datagram.ds});
    }
    delivered_ += fx_.inner.size();
    CHECK(fx_.work.empty());
    fx_.Clear();
  }
  return out;
}

std::vector<WireOut> WireBench::Advance(Duration duration) {
  std::vector<WireOut> out;
  const BootTime end = now_.boot + duration;
  while (true) {
    const BootTime stop = std::max(now_.boot, std::min(device_->NextTimer(), end));
    Pass(stop - now_.boot);
    if (device_->NextTimer() > end) return out;
    device_->OnTimer(now_, &fx_);
    for (WireOut& datagram : Settle()) out.push_back(std::move(datagram));
  }
}

Tester::Session WireBench::SessionByTester(Tester& tester) {
  const std::vector<WireOut> out = Send(tester.MakeInitiation(now_), tester.address);
  CHECK_EQ(Types(out), std::string("2"));
  const auto session = tester.ConsumeResponse(out[0].bytes);
  CHECK(session.has_value());
  Send(tester.Keepalive(*session, 0), tester.address);
  CHECK(PeerOf(tester).keypairs.next() == nullptr);
  return *session;
}

Tester::Session WireBench::SessionByDevice(Tester& tester) {
  Peer& peer = PeerOf(tester);
  ResetLastSentHandshake(now_, peer);
  SendQueuedHandshakeInitiation(state(), now_, peer, /*is_retry=*/false, &fx_);
  const std::vector<WireOut> out = Settle();
  CHECK_EQ(Types(out), std::string("1"));
  CHECK(tester.ConsumeInitiation(out[0].bytes));
  Tester::Session session;
  Send(tester.MakeResponse({}, &session), tester.address);
  CHECK(peer.keypairs.current() != nullptr);
  return session;
}

}  // namespace wg
