// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A request with one peer and many allowed ips: as text to values, as bytes to a device, and back.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/uapi/session.h"
#include "protocol/uapi/test_handler.h"
#include "protocol/uapi/text_get.h"
#include "protocol/uapi/text_set.h"

namespace wg::uapi {
namespace {

std::string Lines(int64_t count) {
  std::string lines =
      absl::StrCat("public_key=", std::string(64, 'a'), "\nreplace_allowed_ips=true\n");
  for (int64_t i = 0; i < count; ++i) {
    absl::StrAppend(&lines, "allowed_ip=10.", i / 65536, ".", i / 256 % 256, ".", i % 256, "/32\n");
  }
  return lines;
}

void Report(benchmark::State& state, size_t bytes) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}

void BM_Parse(benchmark::State& state) {
  const std::string lines = Lines(state.range(0));
  for (auto _ : state) {
    SetRequest request = ParseSet(lines, [](const PublicKey&) { return false; });
    benchmark::DoNotOptimize(request);
  }
  Report(state, lines.size());
}
BENCHMARK(BM_Parse)->Arg(1000)->Arg(100000);

// The device replaces its list by the same each time.
void BM_Apply(benchmark::State& state) {
  const std::string bytes = absl::StrCat("set=1\n", Lines(state.range(0)), "\n");
  TestHandler handler;
  Session session(&handler);
  for (auto _ : state) {
    std::string answer = session.Feed(bytes);
    benchmark::DoNotOptimize(answer);
  }
  Report(state, bytes.size());
}
BENCHMARK(BM_Apply)->Arg(1000)->Arg(100000);

void BM_FormatGet(benchmark::State& state) {
  TestHandler handler;
  Session(&handler).Feed(absl::StrCat("set=1\n", Lines(state.range(0)), "\n"));
  const GetDevice device = handler.Get();
  size_t bytes = 0;
  for (auto _ : state) {
    std::string text = FormatGet(device);
    bytes = text.size();
    benchmark::DoNotOptimize(text);
  }
  Report(state, bytes);
}
BENCHMARK(BM_FormatGet)->Arg(1000)->Arg(100000);

void BM_ParseGet(benchmark::State& state) {
  TestHandler handler;
  Session(&handler).Feed(absl::StrCat("set=1\n", Lines(state.range(0)), "\n"));
  const std::string text = FormatGet(handler.Get());
  for (auto _ : state) {
    auto device = ParseGet(text);
    benchmark::DoNotOptimize(device);
  }
  Report(state, text.size());
}
BENCHMARK(BM_ParseGet)->Arg(1000)->Arg(100000);

}  // namespace
}  // namespace wg::uapi
