// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Packets per second of wall time through everything: application, socket, tunnel, cores, cable, tunnel, socket,
// application, with the account and the trace hash. 1024 bytes of payload, one stream, one core of this machine.
#include <chrono>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "benchmark/benchmark.h"
#include "protocol/check.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
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
