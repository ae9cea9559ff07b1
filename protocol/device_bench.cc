// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What the protocol costs: one inner packet from Transmit through seal, order, wire, open and
// delivery, between two devices under inline drivers; and whole handshakes.
//
// The suite "none" neither seals nor opens: what is left is everything but the ciphers.
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/types/span.h"
#include "benchmark/benchmark.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/device_state.h"
#include "protocol/inline_driver.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

class NoCrypto final : public CryptoSuite {
 public:
  bool DerivePublic(const PrivateKey& private_key, PublicKey* public_key) const override {
    return ModelledCrypto().DerivePublic(private_key, public_key);
  }
  bool DeriveSharedSecret(const PrivateKey& private_key, const PublicKey& public_key,
                          SharedSecret* secret) const override {
    return ModelledCrypto().DeriveSharedSecret(private_key, public_key, secret);
  }
  void Seal(const SymmetricKey&, uint64_t, absl::Span<const uint8_t>, absl::Span<uint8_t>,
            uint8_t*) const override {}
  bool Open(const SymmetricKey&, uint64_t, absl::Span<const uint8_t>, absl::Span<uint8_t>,
            const uint8_t*) const override {
    return true;
  }
  void XSeal(const SymmetricKey&, const XNonce&, absl::Span<const uint8_t>, absl::Span<uint8_t>,
             uint8_t*) const override {}
  bool XOpen(const SymmetricKey&, const XNonce&, absl::Span<const uint8_t>, absl::Span<uint8_t>,
             const uint8_t*) const override {
    return true;
  }
};

const CryptoSuite& SuiteOf(int64_t number) {
  static const NoCrypto none;
  return number == 0 ? none : number == 1 ? ModelledCrypto() : RealCrypto();
}

constexpr const char* kSuiteNames[] = {"none", "modelled", "real"};

// Moves what one side sends to the other, without copying; both sides share nothing else.
void Carry(TestNode& from, TestNode& to, Now now) {
  from.driver.Settle(now, &from.fx);
  for (Datagram& datagram : from.fx.datagrams) {
    from.device->OnDatagramSent(now, datagram, SendOutcome::kSent);
    to.device->Receive(now,
                       {.payload = std::move(datagram.payload),
                        .remote = from.address,
                        .local = datagram.remote.address,
                        .ifindex = 1,
                        .ds = datagram.ds},
                       &to.fx);
  }
  from.fx.Clear();
  to.driver.Settle(now, &to.fx);
}

void BM_PacketEndToEnd(benchmark::State& state) {
  TwoDevices net({.crypto = &SuiteOf(state.range(0))});
  const auto size = static_cast<size_t>(state.range(1));
  TestNode& a = net.node(kA);
  TestNode& b = net.node(kB);
  net.Handshake(kA);
  uint32_t number = 0;
  Buffer packet = MakeInner(&a.pool, a.inner, b.inner, number, size);
  for (auto _ : state) {
    const Now now = net.now();
    if (a.device->Transmit(now, &packet, 0, &a.fx) != Errno::kOk) std::abort();
    Carry(a, b, now);
    if (b.fx.inner.size() != 1) std::abort();
    packet = std::move(b.fx.inner[0].packet);  // and round again
    b.fx.Clear();
  }
  state.SetLabel(kSuiteNames[state.range(0)]);
  state.SetItemsProcessed(state.iterations());
  packet.Reset();
}
BENCHMARK(BM_PacketEndToEnd)->ArgNames({"suite", "bytes"})->ArgsProduct({{0, 1, 2}, {64, 1024}});

// A request and its response: timers are armed and cancelled all the time.
void BM_PingPong(benchmark::State& state) {
  TwoDevices net({.crypto = &SuiteOf(state.range(0))});
  TestNode* from = &net.node(kA);
  TestNode* to = &net.node(kB);
  net.Handshake(kA);
  for (auto _ : state) {
    const Now now = net.now();
    Buffer packet = MakeInner(&from->pool, from->inner, to->inner, 1, 64);
    if (from->device->Transmit(now, &packet, 0, &from->fx) != Errno::kOk) std::abort();
    Carry(*from, *to, now);
    to->fx.Clear();
    std::swap(from, to);
  }
  state.SetLabel(kSuiteNames[state.range(0)]);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_PingPong)->ArgName("suite")->Arg(0)->Arg(1);

// Initiation, response, confirmation: two whole messages and a keepalive, both ends' work.
void BM_Handshake(benchmark::State& state) {
  TwoDevices net({.crypto = &SuiteOf(state.range(0))});
  for (auto _ : state) {
    net.Advance(std::chrono::seconds(6));
    net.peer(kA).keypairs.ExpireSending();
    net.Keepalive(kA);
    net.ClearLog();
  }
  if (net.device(kB).counters().handshakes_completed < static_cast<uint64_t>(state.iterations())) {
    std::abort();
  }
  state.SetLabel(kSuiteNames[state.range(0)]);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Handshake)->ArgName("suite")->Arg(1)->Arg(2);

}  // namespace
}  // namespace wg
