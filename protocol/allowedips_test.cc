// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The kernel's own self-test (spec/data section 9) and the assertions AIP-* of section 10.1, by
// name.
#include "protocol/allowedips.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/errno.h"
#include "protocol/ip.h"

namespace wg {
namespace {

constexpr AllowedIps::Owner kNobody = AllowedIps::kNobody;
enum : AllowedIps::Owner { a, b, c, d, e, f, g, h };

Prefix P(const char* text) { return Prefix::Parse(text).value(); }
IpAddress A(const char* text) { return IpAddress::Parse(text).value(); }

std::string ListText(const AllowedIps& table, AllowedIps::Owner owner) {
  std::string text;
  for (const Prefix& prefix : table.ListOf(owner)) {
    text += (text.empty() ? "" : " ") + prefix.ToString();
  }
  return text;
}

// Section 9.1, in the order of insertion.
void FillStaticTable(AllowedIps* table) {
  const std::pair<const char*, AllowedIps::Owner> kRows[] = {
      {"192.168.4.0/24", a},
      {"192.168.4.4/32", b},
      {"192.168.0.0/16", c},
      {"192.95.5.64/27", d},
      {"192.95.5.65/27", c},
      {"0.0.0.0/0", e},
      {"64.15.112.0/20", g},
      {"64.15.123.211/25", h},
      {"10.0.0.0/25", a},
      {"10.0.0.128/25", b},
      {"10.1.0.0/30", a},
      {"10.1.0.4/30", b},
      {"10.1.0.8/29", c},
      {"10.1.0.16/29", d},
      {"2607:5300:6000:6b00::c05f:543/128", d},
      {"2607:5300:6000:6b00::/64", c},
      {"::/0", e},
      {"::/0", f},
      {"2404:6800::/32", g},
      {"2404:6800:4004:800:dead:beef:dead:beef/64", h},
      {"2404:6800:4004:800:dead:beef:dead:beef/128", a},
      {"2444:6800:40e4:800:deae:beef:def:beef/128", c},
      {"2444:6800:f0e4:800:eeae:beef::/98", b},
  };
  for (const auto& [prefix, owner] : kRows) ASSERT_EQ(table->Insert(P(prefix), owner), Errno::kOk);
}

TEST(AllowedIps, AIP_002_EveryRowOfTheStaticTableHolds) {
  AllowedIps table;
  FillStaticTable(&table);
  const std::pair<const char*, AllowedIps::Owner> kRows[] = {
      {"192.168.4.20", a},
      {"192.168.4.0", a},
      {"192.168.4.4", b},
      {"192.168.200.182", c},
      {"192.95.5.68", c},
      {"192.95.5.96", e},
      {"64.15.116.26", g},
      {"64.15.127.3", g},
      {"64.15.123.1", g},
      {"64.15.123.128", h},
      {"64.15.123.129", h},
      {"10.0.0.52", a},
      {"10.0.0.220", b},
      {"10.1.0.2", a},
      {"10.1.0.6", b},
      {"10.1.0.10", c},
      {"10.1.0.20", d},
      {"2607:5300:6000:6b00::c05f:543", d},
      {"2607:5300:6000:6b00::c02e:1ee", c},
      {"2607:5300:6000:6b01::", f},
      {"2404:6800:4004:806::1006", g},
      {"2404:6800:4004:806:0:1234:0:5678", g},
      {"2404:67ff:4004:806:0:1234:0:5678", f},
      {"2404:6801:4004:806:0:1234:0:5678", f},
      {"2404:6800:4004:800:0:1234:0:5678", h},
      {"2404:6800:4004:800::", h},
      {"2404:6800:4004:800:1010:1010:1010:1010", h},
      {"2404:6800:4004:800:dead:beef:dead:beef", a},
  };
  for (const auto& [address, owner] : kRows) EXPECT_EQ(table.Lookup(A(address)), owner) << address;
  EXPECT_EQ(table.nodes(Family::kIpv4), 20u);
  EXPECT_EQ(table.nodes(Family::kIpv6), 11u);
  EXPECT_EQ(table.Validate(), "");
}

TEST(AllowedIps, AIP_024_RemoveByOwnerTakesExactlyThatOwnersEntries) {
  AllowedIps table;
  FillStaticTable(&table);
  const char* kMore[] = {"1.0.0.0", "64.0.0.0", "128.0.0.0", "192.0.0.0", "255.0.0.0"};
  for (const char* address : kMore) ASSERT_EQ(table.Insert(P(address), a), Errno::kOk);
  for (const char* address : kMore) EXPECT_EQ(table.Lookup(A(address)), a);
  table.RemoveByOwner(a);
  for (const char* address : kMore) EXPECT_EQ(table.Lookup(A(address)), e);
  EXPECT_EQ(ListText(table, a), "");
  EXPECT_EQ(ListText(table, b),
            "192.168.4.4/32 10.0.0.128/25 10.1.0.4/30 2444:6800:f0e4:800:eeae:beef::/98");
  EXPECT_EQ(table.Validate(), "");
}

TEST(AllowedIps, RemoveOneFollowsTheSelfTestOf2025) {
  AllowedIps table;
  FillStaticTable(&table);
  table.RemoveByOwner(a);
  const char* kHost = "2444:6801:40e4:800:deae:beef:def:beef";
  const char* kIn98 = "2444:6800:f0e4:800:eeae:beef:1010:1010";
  for (const char* prefix :
       {"1.0.0.0/32", "192.0.0.0/24", "2444:6801:40e4:800:deae:beef:def:beef/128",
        "2444:6800:f0e4:800:eeae:beef::/98"}) {
    ASSERT_EQ(table.Insert(P(prefix), a), Errno::kOk);
  }
  for (const char* address : {"1.0.0.0", "192.0.0.1", kHost, kIn98}) {
    EXPECT_EQ(table.Lookup(A(address)), a);
  }
  const auto expect = [&](const Prefix& prefix, AllowedIps::Owner owner, Errno error,
                          const char* probe, bool still_a) {
    EXPECT_EQ(table.RemoveOne(prefix, owner), error);
    EXPECT_EQ(table.Lookup(A(probe)) == a, still_a) << prefix.ToString();
    EXPECT_EQ(table.Validate(), "");
  };
  expect(P("192.0.0.0/32"), a, Errno::kOk, "192.0.0.1", true);
  expect(P("192.0.0.0/24"), kNobody, Errno::kOk, "192.0.0.1", true);
  expect(P("192.0.0.0/24"), b, Errno::kOk, "192.0.0.1", true);
  expect(Prefix(A("192.0.0.0"), 33), a, Errno::kInval, "192.0.0.1", true);
  expect(P("192.0.0.0/24"), a, Errno::kOk, "192.0.0.1", false);
  expect(P("1.0.0.0/32"), a, Errno::kOk, "1.0.0.0", false);
  expect(Prefix(A(kHost), 96), a, Errno::kOk, kHost, true);
  expect(Prefix(A(kHost), 128), kNobody, Errno::kOk, kHost, true);
  expect(Prefix(A(kHost), 128), b, Errno::kOk, kHost, true);
  expect(Prefix(A(kHost), 129), a, Errno::kInval, kHost, true);
  expect(Prefix(A(kHost), 128), a, Errno::kOk, kHost, false);
  expect(P("2444:6800:f0e4:800:eeae:beef::/98"), b, Errno::kOk, kIn98, true);
  expect(P("2444:6800:f0e4:800:eeae:beef::/98"), a, Errno::kOk, kIn98, false);
}

TEST(AllowedIps, AIP_038_NestedPrefixesOfOneOwnerAreBothRemoved) {
  AllowedIps table;
  table.Insert(P("192.168.0.0/16"), a);
  table.Insert(P("192.168.0.0/24"), a);
  table.RemoveByOwner(a);
  EXPECT_EQ(table.Lookup(A("192.168.0.1")), kNobody);
  EXPECT_EQ(table.nodes(Family::kIpv4), 0u);
}

TEST(AllowedIps, AIP_012_TheDeepestTrieHas129NodesOnAPath) {
  AllowedIps table;
  const uint64_t ones = ~uint64_t{0};
  for (int i = 0; i < 64; ++i) {
    table.Insert(Prefix::Host(IpAddress::V6(ones, ones << i)), a);
    table.Insert(Prefix::Host(IpAddress::V6(ones << i, 0)), a);
  }
  table.Insert(Prefix::Host(IpAddress::V6(0, 0)), a);
  EXPECT_EQ(table.nodes(Family::kIpv6), 257u);
  uint32_t deepest = 0;
  for (const Prefix& prefix : table.ListOf(a)) {
    deepest = std::max(deepest, table.CostOf(prefix).nodes);
  }
  EXPECT_EQ(deepest, 129u);
  EXPECT_EQ(table.Validate(), "");
  table.ClearFamily(Family::kIpv6);
  EXPECT_EQ(table.nodes(Family::kIpv6), 0u);
  EXPECT_EQ(table.Validate(), "");
}

TEST(AllowedIps, AIP_005_034_TheListMasksHostBitsAndKeepsTheOrderOfInsertionOverBothFamilies) {
  AllowedIps table;
  table.Insert(P("192.95.5.93/27"), a);
  table.Insert(P("::1/128"), a);
  table.Insert(P("10.1.0.20/29"), a);
  table.Insert(P("2607:5300:6d8a:6bf8:dab1:f1df:c05f:1523/83"), a);
  table.Insert(P("2607:5300:6d8a:6bf8:dab1:f1df:c05f:1523/21"), a);
  EXPECT_EQ(
      ListText(table, a),
      "192.95.5.64/27 ::1/128 10.1.0.16/29 2607:5300:6d8a:6bf8:dab1:e000::/83 2607:5000::/21");
}

TEST(AllowedIps, AIP_033_InsertingAnEntryAgainMovesItToTheEndOfItsOwnersList) {
  AllowedIps table;
  table.Insert(P("10.0.0.1/32"), a);
  table.Insert(P("10.0.0.2/32"), a);
  table.Insert(P("10.0.0.1/32"), a);
  EXPECT_EQ(ListText(table, a), "10.0.0.2/32 10.0.0.1/32");
  table.Insert(P("10.0.0.2/32"), b);
  EXPECT_EQ(ListText(table, a), "10.0.0.1/32");
  EXPECT_EQ(ListText(table, b), "10.0.0.2/32");
}

TEST(AllowedIps, AIP_006_007_TheFamiliesAreIndependent) {
  AllowedIps table;
  table.Insert(P("0.0.0.0/0"), e);
  EXPECT_EQ(table.Lookup(A("::1")), kNobody);
  EXPECT_EQ(table.Lookup(A("255.255.255.255")), e);
  table.Insert(P("::/0"), f);
  table.ClearFamily(Family::kIpv4);
  EXPECT_EQ(table.Lookup(A("1.2.3.4")), kNobody);
  EXPECT_EQ(table.Lookup(A("::1")), f);
}

TEST(AllowedIps, AIP_008_NoAddressHasNoOwner) {
  AllowedIps table;
  FillStaticTable(&table);
  EXPECT_EQ(table.Lookup(IpAddress()), kNobody);
}

TEST(AllowedIps, AIP_009_ABranchMatchesNothingByItself) {
  AllowedIps table;
  table.Insert(P("10.1.0.0/30"), a);
  table.Insert(P("10.1.0.8/29"), c);
  EXPECT_EQ(table.nodes(Family::kIpv4), 3u);
  EXPECT_EQ(table.Lookup(A("10.1.0.5")), kNobody);
}

TEST(AllowedIps, AIP_017_018_019_020_021_RemoveOneNeedsTheExactPrefixAndOwnerAndFallsToTheCover) {
  AllowedIps table;
  EXPECT_EQ(table.RemoveOne(P("10.0.0.1/32"), a), Errno::kOk);
  table.Insert(P("10.0.0.0/16"), c);
  table.Insert(P("10.0.0.0/24"), a);
  EXPECT_EQ(table.RemoveOne(P("10.0.0.0/32"), a), Errno::kOk);
  EXPECT_EQ(table.RemoveOne(P("10.0.0.0/24"), b), Errno::kOk);
  EXPECT_EQ(table.Lookup(A("10.0.0.9")), a);
  EXPECT_EQ(table.RemoveOne(P("10.0.0.77/24"), a), Errno::kOk);
  EXPECT_EQ(table.Lookup(A("10.0.0.9")), c);
}

TEST(AllowedIps, AIP_022_ALengthAboveTheWidthIsRefused) {
  AllowedIps table;
  EXPECT_EQ(table.Insert(Prefix(A("1.2.3.4"), 33), a), Errno::kInval);
  EXPECT_EQ(table.Insert(Prefix(A("::1"), 129), a), Errno::kInval);
  EXPECT_EQ(table.Insert(P("1.2.3.4/32"), kNobody), Errno::kInval);
  EXPECT_EQ(table.Insert(Prefix(), a), Errno::kInval);
  EXPECT_EQ(table.RemoveOne(Prefix(A("::1"), 129), a), Errno::kInval);
  EXPECT_EQ(table.prefixes(), 0u);
}

TEST(AllowedIps, AIP_023_042_ABranchIsNoEntryUntilAPrefixIsInsertedThere) {
  AllowedIps table;
  table.Insert(P("10.0.0.0/25"), a);
  table.Insert(P("10.0.0.128/25"), b);
  const uint64_t allocated = table.nodes_allocated();
  table.RemoveOne(P("10.0.0.0/24"), a);
  EXPECT_EQ(table.Lookup(A("10.0.0.5")), a);
  table.Insert(P("10.0.0.0/24"), c);
  EXPECT_EQ(table.nodes_allocated(), allocated);
  EXPECT_EQ(table.Lookup(A("10.0.0.5")), a);
  table.RemoveOne(P("10.0.0.0/25"), a);
  table.RemoveOne(P("10.0.0.128/25"), b);
  EXPECT_EQ(table.Lookup(A("10.0.0.5")), c);
  EXPECT_EQ(table.Lookup(A("10.0.0.200")), c);
}

TEST(AllowedIps, AIP_043_AnEntryWithTwoChildrenStaysAsABranch) {
  AllowedIps table;
  table.Insert(P("10.0.0.0/8"), c);
  table.Insert(P("10.0.0.0/24"), a);
  table.Insert(P("10.0.0.0/26"), b);
  table.Insert(P("10.0.0.128/25"), b);
  const size_t nodes = table.nodes(Family::kIpv4);
  table.RemoveOne(P("10.0.0.0/24"), a);
  EXPECT_EQ(table.nodes(Family::kIpv4), nodes);
  EXPECT_EQ(table.Lookup(A("10.0.0.1")), b);
  EXPECT_EQ(table.Lookup(A("10.0.0.128")), b);
  EXPECT_EQ(table.Lookup(A("10.0.0.64")), c);
}

TEST(AllowedIps, AIP_044_045_ALoneSiblingTakesTheRootAndTheLastEntryLeavesNone) {
  AllowedIps table;
  table.Insert(P("10.0.0.1/32"), a);
  table.Insert(P("10.0.0.2/32"), a);
  EXPECT_EQ(table.nodes(Family::kIpv4), 3u);
  table.RemoveFirst(a);
  EXPECT_EQ(table.nodes(Family::kIpv4), 1u);
  EXPECT_EQ(table.CostOf(P("10.0.0.2/32")).nodes, 1u);
  table.RemoveFirst(a);
  EXPECT_EQ(table.nodes(Family::kIpv4), 0u);
  EXPECT_EQ(table.Validate(), "");
}

TEST(AllowedIps, AIP_031_032_TheSequenceNumberCountsCallsAlsoFailedAndEmptyOnes) {
  AllowedIps table;
  EXPECT_EQ(table.seq(), 1u);
  table.Insert(P("10.0.0.1/32"), a);
  table.Insert(P("10.0.0.2/32"), a);
  EXPECT_EQ(table.seq(), 3u);
  table.Insert(Prefix(A("1.2.3.4"), 33), a);
  EXPECT_EQ(table.seq(), 4u);
  table.RemoveOne(P("10.9.9.9/32"), a);
  EXPECT_EQ(table.seq(), 5u);
  table.RemoveByOwner(b);
  EXPECT_EQ(table.seq(), 5u);
  table.RemoveByOwner(a);
  EXPECT_EQ(table.seq(), 6u);
  table.ClearFamily(Family::kIpv4);
  table.ClearFamily(Family::kIpv6);
  EXPECT_EQ(table.seq(), 7u);
}

TEST(AllowedIps, AIP_035_AnInsertionAllocatesNothingOneOrTwoNodesAsForetold) {
  AllowedIps table;
  const auto insert = [&](const char* prefix, uint32_t allocations, uint32_t nodes) {
    const AllowedIps::Cost cost = table.CostOf(P(prefix));
    const uint64_t before = table.nodes_allocated();
    table.Insert(P(prefix), a);
    EXPECT_EQ(cost.allocations, allocations) << prefix;
    EXPECT_EQ(cost.nodes, nodes) << prefix;
    EXPECT_EQ(table.nodes_allocated() - before, allocations) << prefix;
  };
  insert("10.0.0.0/8", 1, 0);   // A: the first
  insert("10.0.0.0/8", 0, 1);   // B: exact
  insert("10.1.0.0/16", 1, 1);  // C: a free slot below the covering node
  insert("10.0.0.0/12", 1, 2);  // D: between the two
  insert("10.3.0.0/16", 2, 3);  // E: diverges from 10.1.0.0/16
  insert("11.0.0.0/8", 2, 1);   // E at the root
  insert("10.0.0.0/14", 0, 4);  // B on a branch
}

TEST(AllowedIps, AIP_036_ARemovalFreesAtMostTwoNodes) {
  AllowedIps table;
  table.Insert(P("10.0.0.0/8"), b);
  table.Insert(P("10.0.0.1/32"), a);
  table.Insert(P("10.0.0.2/32"), a);
  const uint64_t before = table.nodes_freed();
  table.RemoveOne(P("10.0.0.1/32"), a);
  EXPECT_EQ(table.nodes_freed() - before, 2u);
  table.RemoveOne(P("10.0.0.2/32"), a);
  EXPECT_EQ(table.nodes_freed() - before, 3u);
  EXPECT_EQ(table.Lookup(A("10.0.0.2")), b);
}

// Section 1.6, as texts: who answers for the addresses after every change.
std::string Answers(const AllowedIps& table) {
  std::string text;
  for (const char* address : {"192.168.0.2", "192.168.0.3"}) {
    const AllowedIps::Owner owner = table.Lookup(A(address));
    text += owner == kNobody ? '-' : static_cast<char>('A' + owner);
  }
  return text;
}

TEST(AllowedIps, AIP_025_026_ReplaceExposesAKeptPrefixFromItsRemovalToItsReturn) {
  AllowedIps table;
  table.Insert(P("192.168.0.2/32"), a);
  table.Insert(P("192.168.0.3/32"), a);
  std::string seen = Answers(table);
  ASSERT_TRUE(table.BeginRemoveByOwner(a));
  table.RemoveFirst(a);
  seen += " " + Answers(table);
  table.RemoveFirst(a);
  seen += " " + Answers(table);
  table.Insert(P("192.168.0.3/32"), a);
  seen += " " + Answers(table);
  EXPECT_EQ(seen, "AA -A -- -A");
}

TEST(AllowedIps, AIP_027_ReplaceUnderACoverAnswersWithTheWrongPeer) {
  AllowedIps table;
  table.Insert(P("192.168.0.0/16"), c);
  table.Insert(P("192.168.0.2/32"), a);
  table.Insert(P("192.168.0.3/32"), a);
  std::string seen = Answers(table);
  while (table.First(a) != AllowedIps::Entry::kEnd) {
    table.RemoveFirst(a);
    seen += " " + Answers(table);
  }
  table.Insert(P("192.168.0.3/32"), a);
  seen += " " + Answers(table);
  EXPECT_EQ(seen, "AA CA CC CA");
}

TEST(AllowedIps, AIP_028_029_RemoveOneAndTheDummyTouchNoOtherPrefix) {
  AllowedIps table;
  table.Insert(P("192.168.0.2/32"), a);
  table.Insert(P("192.168.0.3/32"), a);
  table.Insert(P("192.168.0.2/32"), d);
  EXPECT_EQ(Answers(table), "DA");
  table.RemoveByOwner(d);
  EXPECT_EQ(Answers(table), "-A");
  table.Insert(P("192.168.0.2/32"), a);
  table.RemoveOne(P("192.168.0.2/32"), a);
  EXPECT_EQ(Answers(table), "-A");
}

TEST(AllowedIps, AnIdleTableHoldsAlmostNoMemory) {
  AllowedIps table;
  EXPECT_LT(table.memory(), 128u);
  table.Insert(P("10.0.0.1/32"), a);
  EXPECT_LT(table.memory(), 640u);
}

}  // namespace
}  // namespace wg
