// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Lookups, insertions and removals in tables of 10 to 1 000 000 prefixes, as wireguard-go's trie
// was measured: 262 144 prepared addresses, random hosts inside random entries. "B/prefix" counts
// all memory of the table.
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "protocol/allowedips.h"
#include "protocol/ip.h"

namespace wg {
namespace {

enum Shape { kV4Random, kV4Consecutive, kV4Mixed, kV6Random, kV6Networks };

Prefix Draw(Shape shape, uint32_t i, std::mt19937_64* random) {
  const uint64_t x = (*random)();
  switch (shape) {
    case kV4Random:
      return Prefix::Host(IpAddress::V4(static_cast<uint32_t>(x)));
    case kV4Consecutive:
      return Prefix::Host(IpAddress::V4(0x0a000000 + i));
    case kV4Mixed:
      return Prefix(IpAddress::V4(static_cast<uint32_t>(x)), 12 + static_cast<int>(x >> 40) % 21);
    case kV6Random:
      return Prefix::Host(IpAddress::V6(uint64_t{0xfd} << 56 | x >> 8, (*random)()));
    case kV6Networks:
      return Prefix(IpAddress::V6(uint64_t{0xfd} << 56 | x >> 8, 0), 64);
  }
  return {};
}

struct Fixture {
  explicit Fixture(benchmark::State& state) {
    const auto shape = static_cast<Shape>(state.range(0));
    const auto n = static_cast<uint32_t>(state.range(1));
    for (uint32_t i = 0; i < n; ++i) prefixes.push_back(Draw(shape, i, &random));
    table = std::make_unique<AllowedIps>();
    for (uint32_t i = 0; i < n; ++i) table->Insert(prefixes[i], i % 1000);
  }
  std::vector<IpAddress> Addresses(bool inside) {
    std::vector<IpAddress> out;
    for (int i = 0; i < 262144; ++i) {
      const Prefix& p = prefixes[random() % prefixes.size()];
      const uint64_t x = random(), y = random();
      const uint64_t keep_hi = inside ? IpAddress::MaskHi(p.length()) : 0;
      const uint64_t keep_lo = inside ? IpAddress::MaskLo(p.length()) : 0;
      const uint64_t hi = (p.address().hi() & keep_hi) | (x & ~keep_hi);
      const uint64_t lo = (p.address().lo() & keep_lo) | (y & ~keep_lo);
      out.push_back(p.address().is_v4() ? IpAddress::V4(static_cast<uint32_t>(hi >> 32))
                                        : IpAddress::V6(hi, lo));
    }
    return out;
  }

  std::mt19937_64 random{1};
  std::vector<Prefix> prefixes;
  std::unique_ptr<AllowedIps> table;
};

void Lookups(benchmark::State& state, bool inside) {
  Fixture fixture(state);
  const std::vector<IpAddress> addresses = fixture.Addresses(inside);
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(fixture.table->Lookup(addresses[i]));
    i = (i + 1) % addresses.size();
  }
  state.counters["B/prefix"] =
      static_cast<double>(fixture.table->memory()) / static_cast<double>(fixture.table->prefixes());
}
void BM_LookupInside(benchmark::State& state) { Lookups(state, true); }
void BM_LookupRandom(benchmark::State& state) { Lookups(state, false); }

// The whole table from nothing.
void BM_Insert(benchmark::State& state) {
  Fixture fixture(state);
  for (auto _ : state) {
    state.PauseTiming();
    fixture.table = std::make_unique<AllowedIps>();
    state.ResumeTiming();
    for (uint32_t i = 0; i < fixture.prefixes.size(); ++i) {
      fixture.table->Insert(fixture.prefixes[i], i % 1000);
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(1));
}

// One prefix goes and comes back, in a table that stays as large as it is.
void BM_RemoveInsert(benchmark::State& state) {
  Fixture fixture(state);
  uint32_t i = 0;
  for (auto _ : state) {
    fixture.table->RemoveOne(fixture.prefixes[i], i % 1000);
    fixture.table->Insert(fixture.prefixes[i], i % 1000);
    i = static_cast<uint32_t>((i + 7919) % fixture.prefixes.size());
  }
}

void Sizes(benchmark::internal::Benchmark* b) {
  for (int shape : {kV4Random, kV4Consecutive, kV4Mixed, kV6Random, kV6Networks}) {
    for (int n : {10, 1000, 10000, 100000, 1000000}) b->Args({shape, n});
  }
  b->ArgNames({"shape", "n"});
}
BENCHMARK(BM_LookupInside)->Apply(Sizes);
BENCHMARK(BM_LookupRandom)->Apply(Sizes);
BENCHMARK(BM_RemoveInsert)->Apply(Sizes);
BENCHMARK(BM_Insert)->Apply(Sizes)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wg
