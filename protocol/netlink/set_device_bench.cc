// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A request that replaces one peer's list of 1 000 prefixes: to bytes, from bytes, and the dump of
// a device with such a list. Bytes per second are those of the messages.
#include <cstdint>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "protocol/check.h"
#include "protocol/config_session_fixture.h"
#include "protocol/netlink/dump_cursor.h"
#include "protocol/netlink/interface.h"
#include "protocol/netlink/message.h"
#include "protocol/netlink/set_device.h"
#include "protocol/netlink/split.h"

namespace wg::netlink {
namespace {

constexpr uint32_t kEntries = 1000;

SetDevice Request1000(bool v6) {
  SetPeer peer = Add('A');
  peer.replace_allowed_ips = true;
  for (uint32_t i = 0; i < kEntries; ++i) {
    peer.allowed_ips.push_back(
        {.prefix = Prefix::Host(v6 ? IpAddress::V6(uint64_t{0xfd} << 56, i)
                                   : IpAddress::V4(uint32_t{10} << 24 | i))});
  }
  return Peers({peer});
}

void Encode(const SetDevice& request, std::vector<uint8_t>* datagram) {
  datagram->clear();
  CHECK(EncodeSetDevice({.flags = kFlagRequest}, Target::Name("wg0"), request, EncodeStyle(),
                        datagram) == Errno::kOk);
}

void Count(benchmark::State& state, size_t bytes) {
  state.SetItemsProcessed(state.iterations() * kEntries);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}

void BM_Encode(benchmark::State& state) {
  const SetDevice request = Request1000(state.range(0) == 6);
  std::vector<uint8_t> datagram;
  for (auto _ : state) {
    Encode(request, &datagram);
    benchmark::DoNotOptimize(datagram.data());
  }
  Count(state, datagram.size());
}
BENCHMARK(BM_Encode)->Arg(4)->Arg(6);

void BM_Decode(benchmark::State& state) {
  std::vector<uint8_t> datagram;
  Encode(Request1000(state.range(0) == 6), &datagram);
  const auto version = static_cast<Version>(state.range(1));
  for (auto _ : state) {
    Request request;
    CHECK(ReadRequest(datagram, true, &request) == Errno::kOk);
    SetDeviceMessage message;
    CHECK(DecodeSetDevice(request.attributes, version, &message) == Errno::kOk);
    benchmark::DoNotOptimize(message.request.peers.data());
  }
  Count(state, datagram.size());
}
BENCHMARK(BM_Decode)
    ->Args({4, static_cast<int>(Version::kLinux616)})
    ->Args({6, static_cast<int>(Version::kLinux616)})
    ->Args({4, static_cast<int>(Version::kLinux619)});

void BM_Split(benchmark::State& state) {
  const SetDevice request = Request1000(false);
  for (auto _ : state) {
    benchmark::DoNotOptimize(SplitRequest(request, Splitting::kWgPage, "wg0").size());
  }
  Count(state, 0);
}
BENCHMARK(BM_Split);

void BM_Dump(benchmark::State& state) {
  SeededEntropy entropy(7);
  BufferPool pool;
  Module module;
  Device device({.profile = &wg::kLinux616,
                 .crypto = &ModelledCrypto(),
                 .entropy = &entropy,
                 .pool = &pool,
                 .module = &module,
                 .now = kNow});
  Effects fx;
  CHECK(Configure(&device, Request1000(false), kNow, &fx) == Errno::kOk);
  size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    for (DumpCursor cursor({.ifname = "wg0"}); !cursor.done();) {
      bytes += cursor.Next(device, kDumpBytes).size();
    }
  }
  Count(state, bytes);
}
BENCHMARK(BM_Dump);

}  // namespace
}  // namespace wg::netlink
