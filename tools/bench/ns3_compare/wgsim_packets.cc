// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Packets end to end through a WireGuard tunnel: one stream of 1024 bytes every 20 us over one link
// of 1 Gbit/s and 1 ms, as the UDP echo of ns3_udp_echo.cc, with everything wgsim always does:
// tunnel, cores, accounts, trace hash.
//
//   wgsim_packets PACKETS [real|modelled]      prints "echo PACKETS RATE", RATE in packets per
//   second of processor time
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "protocol/check.h"
#include "scenarios/plan.h"
#include "scenarios/runner.h"
#include "scenarios/two_hosts.h"

int main(int argc, char** argv) {
  const int64_t packets = argc > 1 ? std::atoll(argv[1]) : 100'000;
  const bool real = argc > 2 && std::strcmp(argv[2], "real") == 0;
  CHECK_GT(packets, 0);
  scenario::Plan plan = scenario::TwoHosts(scenario::plan::Method::kRemoveMe, 2);
  plan.reconfigures.clear();
  plan.duration = packets * std::chrono::microseconds(20);
  plan.links[0].bits_per_second = 1'000'000'000;
  plan.links[0].delay = std::chrono::milliseconds(1);
  plan.flows[0].stream->packets = {50, std::chrono::milliseconds(1)};
  plan.flows[0].stop = plan.duration;
  const std::clock_t begin = std::clock();
  const scenario::VariantResult result = scenario::RunPlan(
      plan, {.crypto = real ? scenario::Crypto::kReal : scenario::Crypto::kModelled});
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  CHECK_EQ(result.bystanders().delivered(), static_cast<uint64_t>(packets));
  std::printf("echo %lld %.0f\n", static_cast<long long>(packets),
              static_cast<double>(packets) / seconds);
  return 0;
}
