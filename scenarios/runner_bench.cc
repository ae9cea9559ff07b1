// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Packets per second of wall time through everything: application, socket, tunnel, cores, cable, tunnel, socket,
// application, with the account and the trace hash. 1024 bytes of payload, one stream, one core of this machine.
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "benchmark/benchmark.h"
#include "protocol/check.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/ip.h"
#include "scenarios/plan.h"
#include "scenarios/runner.h"
#include "scenarios/two_hosts.h"

namespace scenario {
namespace {

void BM_PacketsEndToEnd(benchmark::State& state) {
  const Crypto crypto = state.range(0) == 0 ? Crypto::kModelled : Crypto::kReal;
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.reconfigures.clear();
  plan.duration = std::chrono::seconds(1);
  plan.flows[0].stream->packets = {100, std::chrono::milliseconds(1)};
  uint64_t packets = 0, events = 0;
  for (auto _ : state) {
    const VariantResult result = RunPlan(plan, {.crypto = crypto});
    CHECK_EQ(result.bystanders().delivered(), 100000u);
    packets += result.bystanders().delivered();
    events += result.events();
  }
  state.SetItemsProcessed(static_cast<int64_t>(packets));
  state.counters["events/packet"] =
      static_cast<double>(events) / static_cast<double>(packets);
  state.SetLabel(crypto == Crypto::kReal ? "real" : "modelled");
}
BENCHMARK(BM_PacketsEndToEnd)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

// A hub of `cores` cores with a stream to each of `spokes` machines, through a tunnel each.
Plan Hub(int cores, int spokes, int packets_each, sim::Duration duration) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 1);
  plan.reconfigures.clear();
  plan.duration = duration;
  plan.hosts[0].cores = cores;
  plan.hosts[0].card.rx_queues = 0;
  const plan::Host spoke = plan.hosts[1];
  const plan::Device tunnel = plan.devices[1];
  const plan::Link cable = plan.links[0];
  const plan::Peer to_spoke = plan.devices[0].peers[0];
  const plan::Flow stream = plan.flows[0];
  plan.hosts.resize(1);
  plan.devices.resize(1);
  plan.managers.resize(1);
  plan.devices[0].peers.clear();
  plan.links.clear();
  plan.pods.clear();
  plan.flows.clear();
  for (int i = 0; i < spokes; ++i) {
    const wg::IpAddress outer = wg::IpAddress::V4(0xc6330000 + i);
    const wg::IpAddress inner = wg::IpAddress::V4(0x0a020000 + i);
    const int host = i + 1;
    plan.hosts.push_back(spoke);
    plan.hosts.back().name = absl::StrCat("b", i);
    plan.hosts.back().cores = 1;
    plan.hosts.back().addresses = {outer};
    plan.managers.push_back({.core = 0});
    plan.devices.push_back(tunnel);
    plan.devices.back().host = host;
    plan.devices.back().addresses = {inner};
    plan.links.push_back(cable);
    plan.links.back().name = absl::StrCat("a-b", i);
    plan.links.back().ends[0].interface = absl::StrCat("eth", i);
    plan.links.back().ends[1].host = host;
    plan.devices[0].peers.push_back(to_spoke);
    plan::Peer& peer = plan.devices[0].peers.back();
    peer.device = host;
    peer.endpoint = wg::Endpoint{outer, 51820};
    peer.allowed_ips = {wg::Prefix::Host(inner)};
    plan.flows.push_back(stream);
    plan::Flow& flow = plan.flows.back();
    flow.name = absl::StrCat("f", i);
    flow.from.core = i % cores;
    flow.to = {.host = host, .address = inner, .core = 0};
    flow.stream->packets = {packets_each, duration};
    flow.stop = duration;
  }
  return plan;
}

// A million packets through a thousand tunnels of one machine with 2, 16, 64 cores.
void BM_Hub(benchmark::State& state) {
  constexpr int kSpokes = 1000;
  const Plan plan = Hub(static_cast<int>(state.range(0)), kSpokes, 1000, std::chrono::seconds(10));
  uint64_t packets = 0, events = 0;
  for (auto _ : state) {
    const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
    packets += result.bystanders().delivered();
    events += result.events();
    CHECK_GE(result.bystanders().delivered(), 990'000u);
  }
  rusage usage;
  CHECK_EQ(getrusage(RUSAGE_SELF, &usage), 0);
  state.SetItemsProcessed(static_cast<int64_t>(packets));
  state.counters["events/packet"] = static_cast<double>(events) / static_cast<double>(packets);
  state.counters["MiB"] = static_cast<double>(usage.ru_maxrss) / 1024;
}
BENCHMARK(BM_Hub)->Arg(2)->Arg(16)->Arg(64)->Unit(benchmark::kMillisecond)->Iterations(1);

// What the library's ciphers alone would allow: one seal and one open of what the stream above sends.
void BM_BareSealAndOpen(benchmark::State& state) {
  std::vector<uint8_t> text(1024 + 28 + 4);  // IPv4, UDP, padding to 16
  uint8_t tag[16];
  wg::SymmetricKey key;
  uint64_t counter = 0;
  for (auto _ : state) {
    wg::RealCrypto().Seal(key, counter, {}, absl::MakeSpan(text), tag);
    CHECK(wg::RealCrypto().Open(key, counter, {}, absl::MakeSpan(text), tag));
    ++counter;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_BareSealAndOpen);

}  // namespace
}  // namespace scenario
