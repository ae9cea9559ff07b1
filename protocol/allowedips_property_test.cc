// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// AllowedIps against oracles: every short sequence of operations over small universes, and long
// random ones over large. After every operation every address is asked, so this is also every
// interleaving of a lookup with the steps.
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/allowedips.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/naive_allowedips.h"

namespace wg {
namespace {

constexpr uint32_t kNobody = AllowedIps::kNobody;

// Three bits of an address, somewhere in it; the other bits are fixed.
struct Window {
  const char* name;
  Family family;
  int first;  // number of the first of the three bits

  IpAddress Address(uint32_t value) const {
    if (family == Family::kIpv4) {
      const uint32_t base = first == 0 ? 0 : 0x0a000000;
      return IpAddress::V4(base | value << (29 - first));
    }
    uint64_t hi = first == 0 ? 0 : uint64_t{0xfd} << 56, lo = 0;
    for (int i = 0; i < 3; ++i) {
      const int bit = first + i;
      const uint64_t set = value >> (2 - i) & 1;
      (bit < 64 ? hi : lo) |= set << (63 - bit % 64);
    }
    return IpAddress::V6(hi, lo);
  }
};

constexpr Window kWindows[] = {
    {"v4 first bits", Family::kIpv4, 0},  {"v4 last bits", Family::kIpv4, 29},
    {"v6 first bits", Family::kIpv6, 0},  {"v6 across the words", Family::kIpv6, 62},
    {"v6 last bits", Family::kIpv6, 125},
};

constexpr int kUniverse = 15;  // prefixes of 0 to 3 bits: number 2^length - 1 + value
constexpr int kOwners = 2;

struct Small {
  uint32_t length, value;
};
constexpr Small SmallOf(int number) {
  uint32_t length = 0;
  while (number >= (2 << length) - 1) ++length;
  return {length, static_cast<uint32_t>(number) - ((1u << length) - 1)};
}

// The owner of each of the 15 prefixes; the oracle of the exhaustive test.
struct Owners {
  std::array<uint32_t, kUniverse> owner;
  Owners() { owner.fill(kNobody); }
  uint32_t Lookup(uint32_t address) const {
    for (int length = 3; length >= 0; --length) {
      const uint32_t o = owner[(1 << length) - 1 + (address >> (3 - length))];
      if (o != kNobody) return o;
    }
    return kNobody;
  }
};

// Operations: 0..29 insert, 30..59 remove one, 60 and 61 remove all of an owner.
constexpr int kOperations = 2 * kUniverse * kOwners + kOwners;

class Exhaustive {
 public:
  explicit Exhaustive(const Window& window) : window_(window) {
    for (int i = 0; i < kUniverse; ++i) {
      const auto [length, value] = SmallOf(i);
      prefixes_[i] = Prefix(window.Address(value << (3 - length)), window.first + length);
    }
    for (uint32_t i = 0; i < 8; ++i) addresses_[i] = window.Address(i);
  }

  // All sequences that begin with an insertion by owner 0 and go on with any `more` operations.
  // Other first operations do nothing (removal from an empty table) or differ in the owners' names;
  // and flipping a bit of all addresses maps every first prefix of a length to the one with value
  // 0.
  void Run(int more) {
    for (int length = 0; length <= 3; ++length) {
      sequence_.assign(1, (1 << length) - 1);
      Extend(more);
    }
  }
  uint64_t sequences() const { return sequences_; }

 private:
  void Extend(int more) {
    if (more == 0) {
      Check();
      return;
    }
    for (int op = 0; op < kOperations; ++op) {
      sequence_.push_back(op);
      Extend(more - 1);
      sequence_.pop_back();
    }
  }

  void Apply(int op, AllowedIps* table, Owners* owners) {
    const int prefix = op % kUniverse;
    const uint32_t owner = op / kUniverse % kOwners;
    if (op < kUniverse * kOwners) {
      ASSERT_EQ(table->Insert(prefixes_[prefix], owner), Errno::kOk);
      owners->owner[prefix] = owner;
    } else if (op < 2 * kUniverse * kOwners) {
      ASSERT_EQ(table->RemoveOne(prefixes_[prefix], owner), Errno::kOk);
      if (owners->owner[prefix] == owner) owners->owner[prefix] = kNobody;
    } else {
      const uint32_t who = op - 2 * kUniverse * kOwners;
      table->RemoveByOwner(who);
      for (uint32_t& o : owners->owner) o = o == who ? kNobody : o;
    }
  }

  // Shorter sequences are the beginnings of longer ones, so it is enough to look after the last
  // operation.
  void Check() {
    ++sequences_;
    AllowedIps table;
    Owners owners;
    for (int op : sequence_) Apply(op, &table, &owners);
    bool good = table.Validate().empty() && table.nodes(window_.family) <= 2 * kUniverse;
    for (uint32_t i = 0; i < 8; ++i) good &= table.Lookup(addresses_[i]) == owners.Lookup(i);
    if (good) return;
    std::string text;
    for (int op : sequence_) text += std::to_string(op) + " ";
    FAIL() << window_.name << ": after operations " << text << table.Validate();
  }

  const Window& window_;
  std::array<Prefix, kUniverse> prefixes_;
  std::array<IpAddress, 8> addresses_;
  std::vector<int> sequence_;
  uint64_t sequences_ = 0;
};

TEST(AllowedIpsProperty, AllSequencesOfFourOperationsOverThreeBitsAgree) {
  for (const Window& window : kWindows) {
    Exhaustive exhaustive(window);
    exhaustive.Run(3);
    EXPECT_EQ(exhaustive.sequences(), 4u * kOperations * kOperations * kOperations);
    if (testing::Test::HasFailure()) break;
  }
}

// A table and its oracle under random operations on prefixes near to each other.
class Pair {
 public:
  explicit Pair(uint32_t seed) : random_(seed) {}

  uint64_t Draw(uint64_t n) { return random_() % n; }
  uint64_t Word() {
    return uint64_t{static_cast<uint32_t>(random_())} << 32 | static_cast<uint32_t>(random_());
  }

  IpAddress RandomAddress(Family family) {
    return family == Family::kIpv4 ? IpAddress::V4(static_cast<uint32_t>(random_()))
                                   : IpAddress::V6(Word(), Word());
  }
  // The first `kept` bits of `from`, the rest random.
  IpAddress Mutated(const IpAddress& from, int kept) {
    const IpAddress noise = RandomAddress(from.family());
    const IpAddress head = from.Masked(kept), tail = noise.Masked(kept);
    const uint64_t hi = head.hi() | (noise.hi() ^ tail.hi()),
                   lo = head.lo() | (noise.lo() ^ tail.lo());
    return from.is_v4() ? IpAddress::V4(static_cast<uint32_t>(hi >> 32)) : IpAddress::V6(hi, lo);
  }
  void Insert(const Prefix& prefix, uint32_t owner) {
    ASSERT_EQ(table.Insert(prefix, owner), Errno::kOk);
    naive.Insert(prefix, owner);
    seen_.push_back(prefix.address());
  }
  void RemoveOne(const Prefix& prefix, uint32_t owner) {
    ASSERT_EQ(table.RemoveOne(prefix, owner), Errno::kOk);
    naive.RemoveOne(prefix, owner);
  }
  // An address that is near one that was used.
  IpAddress NearAddress(Family family) {
    if (seen_.empty()) return RandomAddress(family);
    const IpAddress& from = seen_[Draw(seen_.size())];
    return Mutated(from, static_cast<int>(Draw(from.width() + 1)));
  }
  void ExpectEqualAnswers(Family family, int lookups) {
    for (int i = 0; i < lookups; ++i) {
      const IpAddress address = NearAddress(family);
      ASSERT_EQ(table.Lookup(address), naive.Lookup(address)) << address.ToString();
    }
  }

  AllowedIps table;
  NaiveAllowedIps naive;

 private:
  std::mt19937 random_;
  std::vector<IpAddress> seen_;
};

// Section 9.5, smaller: rounds of an address and its mutations, lookups, then one owner after the
// other goes.
TEST(AllowedIpsProperty, AIP_039_RandomTablesAgreeWithTheNaiveListUntilEmpty) {
  constexpr uint32_t kPeers = 50;
  for (Family family : {Family::kIpv4, Family::kIpv6}) {
    Pair pair(1);
    for (int round = 0; round < 20; ++round) {
      const IpAddress base = pair.RandomAddress(family);
      for (int i = 0; i <= 40; ++i) {
        const IpAddress address =
            i == 0 ? base : pair.Mutated(base, static_cast<int>(pair.Draw(base.width() + 1)));
        const int length = 1 + static_cast<int>(pair.Draw(base.width()));
        pair.Insert(Prefix(address, length), static_cast<uint32_t>(pair.Draw(kPeers)));
      }
    }
    ASSERT_EQ(pair.table.Validate(), "");
    for (uint32_t owner = 0; owner < kPeers; ++owner) {
      pair.ExpectEqualAnswers(family, 500);
      ASSERT_EQ(pair.table.ListOf(owner), pair.naive.ListOf(owner));
      pair.table.RemoveByOwner(owner);
      pair.naive.RemoveByOwner(owner);
      ASSERT_EQ(pair.table.Validate(), "");
    }
    EXPECT_EQ(pair.table.nodes(family), 0u);
  }
}

TEST(AllowedIpsProperty, AIP_010_011_RandomInsertionsMovesAndRemovalsKeepEveryInvariant) {
  Pair pair(2);
  for (int i = 0; i < 4000; ++i) {
    const Family family = pair.Draw(2) ? Family::kIpv4 : Family::kIpv6;
    const IpAddress address = pair.NearAddress(family);
    const Prefix prefix(address, static_cast<int>(pair.Draw(address.width() + 1)));
    const uint32_t owner = static_cast<uint32_t>(pair.Draw(8));
    const uint64_t kind = pair.Draw(10);
    if (kind < 5) {
      const AllowedIps::Cost cost = pair.table.CostOf(prefix);
      const uint64_t allocated = pair.table.nodes_allocated();
      pair.Insert(prefix, owner);
      ASSERT_EQ(pair.table.nodes_allocated() - allocated, cost.allocations);
    } else if (kind < 9) {
      const std::vector<Prefix> list = pair.naive.ListOf(owner);
      const uint64_t freed = pair.table.nodes_freed();
      pair.RemoveOne(list.empty() ? prefix : list[pair.Draw(list.size())], owner);
      ASSERT_LE(pair.table.nodes_freed() - freed, 2u);
    } else if (pair.table.First(owner) != AllowedIps::Entry::kEnd) {
      ASSERT_TRUE(pair.table.BeginRemoveByOwner(owner));
      pair.table.RemoveFirst(owner);
      pair.naive.RemoveFirst(owner);
    }
    ASSERT_EQ(pair.table.Validate(), "");
    ASSERT_EQ(pair.table.prefixes(), pair.naive.prefixes());
    ASSERT_EQ(pair.table.ListOf(owner), pair.naive.ListOf(owner));
    ASSERT_LE(pair.table.nodes(family), 2 * pair.table.prefixes());
    pair.ExpectEqualAnswers(family, 20);
  }
}

// Large enough for hints to be built, to go stale and to be dropped again.
TEST(AllowedIpsProperty, HintsNeverChangeAnAnswer) {
  for (Family family : {Family::kIpv4, Family::kIpv6}) {
    Pair pair(3);
    std::vector<Prefix> prefixes;
    const IpAddress base = pair.RandomAddress(family);
    const auto draw = [&] {
      const bool clustered = pair.Draw(2) != 0;
      const IpAddress from =
          clustered ? pair.Mutated(base, base.width() / 2) : pair.RandomAddress(family);
      const int length =
          pair.Draw(4) ? base.width() : 1 + static_cast<int>(pair.Draw(base.width()));
      return Prefix(from, length);
    };
    for (int i = 0; i < 3000; ++i) {
      prefixes.push_back(draw());
      pair.Insert(prefixes.back(), static_cast<uint32_t>(i % 100));
      if (i % 8 == 0) pair.ExpectEqualAnswers(family, 2);
    }
    // As many come as go: only what is old in the hints grows.
    for (int i = 0; i < 3000; ++i) {
      pair.RemoveOne(prefixes[i], static_cast<uint32_t>(i % 100));
      prefixes.push_back(draw());
      pair.Insert(prefixes.back(), static_cast<uint32_t>(i % 100));
      if (i % 8 == 0) pair.ExpectEqualAnswers(family, 2);
    }
    ASSERT_EQ(pair.table.Validate(), "");
    for (uint32_t owner = 0; owner < 100; ++owner) {
      pair.table.RemoveByOwner(owner);
      pair.naive.RemoveByOwner(owner);
      pair.ExpectEqualAnswers(family, 20);
    }
    EXPECT_EQ(pair.table.nodes(family), 0u);
    pair.table.ClearFamily(family);
    pair.ExpectEqualAnswers(family, 20);
  }
}

TEST(AllowedIpsProperty, AIP_013_014_015_016_AChangeAnswersDifferentlyOnlyWhereItMay) {
  Pair pair(4);
  const auto address_of = [](uint32_t i) { return IpAddress::V4(0x0a000000 | i); };
  const auto answers = [&] {
    std::array<uint32_t, 256> all;
    for (uint32_t i = 0; i < 256; ++i) all[i] = pair.table.Lookup(address_of(i));
    return all;
  };
  for (int n = 0; n < 20000; ++n) {
    const Prefix prefix(address_of(static_cast<uint32_t>(pair.Draw(256))),
                        24 + static_cast<int>(pair.Draw(9)));
    const uint32_t owner = static_cast<uint32_t>(pair.Draw(4));
    const uint32_t old = pair.table.OwnerOf(prefix);
    const bool insert = pair.Draw(2) != 0;
    const auto before = answers();
    ASSERT_EQ(insert ? pair.table.Insert(prefix, owner) : pair.table.RemoveOne(prefix, owner),
              Errno::kOk);
    const auto after = answers();
    for (uint32_t i = 0; i < 256; ++i) {
      if (before[i] == after[i]) continue;
      ASSERT_TRUE(prefix.Contains(address_of(i)));
      if (insert) {
        ASSERT_EQ(after[i], owner);
      } else {
        ASSERT_EQ(before[i], owner);
        ASSERT_EQ(old, owner);
      }
    }
  }
}

}  // namespace
}  // namespace wg
