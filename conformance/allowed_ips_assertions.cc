// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/allowed_ips_assertions.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/endian.h"
#include "protocol/errno.h"
#include "protocol/ip.h"

namespace conformance {
namespace {

using wg::Tester;
using wg::WireBytes;
using wg::WireOut;

wg::AllowedIpChange Entry(absl::string_view text) {
  const bool remove = text[0] == '-';
  return {.prefix = *wg::Prefix::Parse(remove ? text.substr(1) : text), .remove = remove};
}

// A packet of the smallest size for an address.
WireBytes PacketTo(const wg::IpAddress& to) {
  const bool is_v4 = to.family() == wg::Family::kIpv4;
  WireBytes packet(is_v4 ? 20 : 40);
  packet[0] = is_v4 ? 0x45 : 0x60;
  if (is_v4) wg::StoreBe16(packet.data() + 2, 20);
  to.CopyBytes(packet.data() + (is_v4 ? 16 : 24));
  return packet;
}

// Peers a, b, c ... with sessions, and whose the addresses are.
class Owners {
 public:
  Owners(Script& s, char last) : s_(s) {
    for (char name = 'a'; name <= last; ++name) {
      Tester& t = s_.AddTester();
      testers_.push_back(&t);
      s_.SessionByTester(t);
      Set(name, {}, /*replace=*/true);
    }
  }
  Tester& operator[](char name) { return *testers_[static_cast<size_t>(name - 'a')]; }

  // "10.0.0.0/24", "-10.0.0.0/24".
  wg::Errno Set(char name, const std::vector<std::string>& entries, bool replace = false) {
    wg::SetPeer peer{.public_key = (*this)[name].public_key, .replace_allowed_ips = replace};
    for (const std::string& entry : entries) peer.allowed_ips.push_back(Entry(entry));
    wg::SetDevice request;
    request.peers.push_back(std::move(peer));
    return s_.Configure(request);
  }
  void Remove(char name) { s_.SetPeer({.public_key = (*this)[name].public_key, .remove = true}); }

  // By whom a packet for the address leaves.
  std::string Of(absl::string_view address) {
    const std::vector<WireOut> out = s_.SendPacket(PacketTo(*wg::IpAddress::Parse(address)));
    for (size_t i = 0; i < testers_.size(); ++i) {
      const bool is_his = std::any_of(out.begin(), out.end(), [&](const WireOut& one) {
        return one.remote.ToString() == testers_[i]->address.ToString();
      });
      if (is_his) return std::string(1, static_cast<char>('a' + i));
    }
    return "nobody";
  }
  void Check(absl::string_view address, absl::string_view owner) {
    s_.Check(absl::StrCat("the owner of ", address), Of(address), owner);
  }
  // What a dump lists for a peer.
  std::string List(char name) {
    return absl::StrJoin(
        s_.PeerOf((*this)[name]).allowed_ips, " ",
        [](std::string* out, const wg::Prefix& prefix) { *out += prefix.ToString(); });
  }
  void CheckList(char name, absl::string_view list) {
    s_.Check(absl::StrCat("the list of ", std::string(1, name)), List(name), list);
  }

 private:
  Script& s_;
  std::vector<Tester*> testers_;
};

struct Row {
  const char* prefix;
  char owner;
};

void Fill(Owners* owners, absl::Span<const Row> rows) {
  for (const Row& row : rows) owners->Set(row.owner, {row.prefix});
}

// Spec/data 9.1.
constexpr Row kTableV4[] = {
    {"192.168.4.0/24", 'a'}, {"192.168.4.4/32", 'b'},   {"192.168.0.0/16", 'c'},
    {"192.95.5.64/27", 'd'}, {"192.95.5.65/27", 'c'},   {"0.0.0.0/0", 'e'},
    {"64.15.112.0/20", 'g'}, {"64.15.123.211/25", 'h'}, {"10.0.0.0/25", 'a'},
    {"10.0.0.128/25", 'b'},  {"10.1.0.0/30", 'a'},      {"10.1.0.4/30", 'b'},
    {"10.1.0.8/29", 'c'},    {"10.1.0.16/29", 'd'},
};
constexpr Row kTableV6[] = {
    {"2607:5300:6000:6b00::c05f:543/128", 'd'},
    {"2607:5300:6000:6b00::/64", 'c'},
    {"::/0", 'e'},
    {"::/0", 'f'},
    {"2404:6800::/32", 'g'},
    {"2404:6800:4004:800:dead:beef:dead:beef/64", 'h'},
    {"2404:6800:4004:800:dead:beef:dead:beef/128", 'a'},
    {"2444:6800:40e4:800:deae:beef:def:beef/128", 'c'},
    {"2444:6800:f0e4:800:eeae:beef::/98", 'b'},
};
constexpr Row kLookups[] = {
    {"192.168.4.20", 'a'},
    {"192.168.4.0", 'a'},
    {"192.168.4.4", 'b'},
    {"192.168.200.182", 'c'},
    {"192.95.5.68", 'c'},
    {"192.95.5.96", 'e'},
    {"64.15.116.26", 'g'},
    {"64.15.127.3", 'g'},
    {"64.15.123.1", 'g'},
    {"64.15.123.128", 'h'},
    {"64.15.123.129", 'h'},
    {"10.0.0.52", 'a'},
    {"10.0.0.220", 'b'},
    {"10.1.0.2", 'a'},
    {"10.1.0.6", 'b'},
    {"10.1.0.10", 'c'},
    {"10.1.0.20", 'd'},
    {"2607:5300:6000:6b00::c05f:543", 'd'},
    {"2607:5300:6000:6b00::c02e:1ee", 'c'},
    {"2607:5300:6000:6b01::", 'f'},
    {"2404:6800:4004:806::1006", 'g'},
    {"2404:6800:4004:806:0:1234:0:5678", 'g'},
    {"2404:67ff:4004:806:0:1234:0:5678", 'f'},
    {"2404:6801:4004:806:0:1234:0:5678", 'f'},
    {"2404:6800:4004:800:0:1234:0:5678", 'h'},
    {"2404:6800:4004:800::", 'h'},
    {"2404:6800:4004:800:1010:1010:1010:1010", 'h'},
    {"2404:6800:4004:800:dead:beef:dead:beef", 'a'},
};

void StaticTable(Script& s) {
  Owners owners(s, 'h');
  Fill(&owners, kTableV4);
  Fill(&owners, kTableV6);
  for (const Row& row : kLookups) owners.Check(row.prefix, std::string(1, row.owner));
}

void RemovedByPeer(Script& s) {
  Owners owners(s, 'e');
  owners.Set('e', {"0.0.0.0/0"});
  const std::vector<std::string> list = {"1.0.0.0/32", "64.0.0.0/32", "128.0.0.0/32",
                                         "192.0.0.0/32", "255.0.0.0/32"};
  owners.Set('a', list);
  for (const std::string& one : list) owners.Check(one.substr(0, one.size() - 3), "a");
  owners.Remove('a');
  for (const std::string& one : list) owners.Check(one.substr(0, one.size() - 3), "e");
}

void NestedOfOnePeer(Script& s) {
  Owners owners(s, 'b');
  owners.Set('a', {"192.168.0.0/16", "192.168.0.0/24"});
  owners.Check("192.168.0.1", "a");
  owners.Set('a', {}, /*replace=*/true);
  owners.Check("192.168.0.1", "nobody");
  owners.Check("192.168.1.1", "nobody");
}

void SingleRemovals(Script& s) {
  Owners owners(s, 'e');
  owners.Set('e', {"0.0.0.0/0", "::/0"});
  owners.Set('a', {"1.0.0.0/32", "192.0.0.0/24", "2444:6801:40e4:800:deae:beef:def:beef/128"});
  const auto removed = [&](char by, const std::string& prefix, const char* address,
                           const char* owner) {
    s.Check(absl::StrCat(std::string(1, by), " removes ", prefix, " without an error"),
            owners.Set(by, {"-" + prefix}) == wg::Errno::kOk);
    owners.Check(address, owner);
  };
  removed('a', "192.0.0.0/32", "192.0.0.1", "a");
  removed('b', "192.0.0.0/24", "192.0.0.1", "a");
  removed('a', "192.0.0.77/24", "192.0.0.1", "e");
  removed('a', "192.0.0.0/24", "192.0.0.1", "e");
  removed('a', "1.0.0.0/32", "1.0.0.0", "e");
  removed('a', "2444:6801:40e4:800::/96", "2444:6801:40e4:800:deae:beef:def:beef", "a");
  removed('a', "2444:6801:40e4:800:deae:beef:def:beef/128", "2444:6801:40e4:800:deae:beef:def:beef",
          "e");
}

void Branches(Script& s) {
  Owners owners(s, 'c');
  owners.Set('a', {"10.1.0.0/30", "10.0.0.0/25"});
  owners.Set('c', {"10.1.0.8/29"});
  owners.Set('b', {"10.0.0.128/25"});
  owners.Check("10.1.0.5", "nobody");
  s.Check("a removes what only branches", owners.Set('a', {"-10.0.0.0/24"}) == wg::Errno::kOk);
  owners.Check("10.0.0.5", "a");
  owners.Check("10.0.0.200", "b");
  owners.Set('c', {"10.0.0.0/24"});
  owners.Check("10.0.0.5", "a");
  owners.Set('a', {"-10.0.0.0/25"});
  owners.Set('b', {"-10.0.0.128/25"});
  owners.Check("10.0.0.5", "c");
  owners.Check("10.0.0.200", "c");
  owners.Set('c', {"-10.0.0.0/24"});
  owners.Check("10.0.0.200", "nobody");
}

void InnerNodes(Script& s) {
  Owners owners(s, 'd');
  owners.Set('d', {"10.0.0.0/16"});
  owners.Set('c', {"10.0.0.0/24"});
  owners.Set('a', {"10.0.0.0/25"});
  owners.Set('b', {"10.0.0.128/25"});
  owners.Set('c', {"-10.0.0.0/24"});
  owners.Check("10.0.0.5", "a");
  owners.Check("10.0.0.200", "b");
  owners.Set('a', {"-10.0.0.0/25"});
  owners.Check("10.0.0.5", "d");
}

void Families(Script& s) {
  Owners owners(s, 'b');
  owners.Set('a', {"0.0.0.0/0"});
  owners.Check("2001:db8::1", "nobody");
  owners.Set('b', {"::/0"});
  owners.Check("2001:db8::1", "b");
  owners.Check("10.0.0.1", "a");
  owners.Set('a', {}, /*replace=*/true);
  owners.Check("10.0.0.1", "nobody");
  owners.Check("2001:db8::1", "b");
  WireBytes odd = PacketTo(wg::IpAddress::V4(0x0a000001));
  odd[0] = 0x55;
  s.Check("a packet of version 5", s.SendPacket(odd), "");
}

void Lists(Script& s) {
  Owners owners(s, 'b');
  owners.Set('a', {"192.95.5.93/27", "2607:5300:6000:6b00::c05f:543/128", "10.1.0.20/29",
                   "2607:5300:6d8a:6bf8:dab1:f1df:c05f:1523/83",
                   "2607:5300:6d8a:6bf8:dab1:f1df:c05f:1523/21"});
  std::vector<wg::Prefix> list = s.PeerOf(owners['a']).allowed_ips;
  std::vector<std::string> words;
  for (const wg::Prefix& prefix : list) words.push_back(prefix.ToString());
  std::sort(words.begin(), words.end());
  s.Check("what is listed, host bits masked", absl::StrJoin(words, " "),
          "10.1.0.16/29 192.95.5.64/27 2607:5000::/21 2607:5300:6000:6b00::c05f:543/128 "
          "2607:5300:6d8a:6bf8:dab1:e000::/83");
}

void ListOrder(Script& s) {
  Owners owners(s, 'b');
  owners.Set('a', {"2001:db8::/32", "10.0.0.0/8", "2001:db8:1::/48"});
  owners.CheckList('a', "2001:db8::/32 10.0.0.0/8 2001:db8:1::/48");
  owners.Set('a', {"2001:db8::/32"});
  owners.CheckList('a', "10.0.0.0/8 2001:db8:1::/48 2001:db8::/32");
}

void Moves(Script& s) {
  Owners owners(s, 'c');
  owners.Set('c', {"10.0.0.0/16"});
  owners.Set('a', {"10.0.0.2/32", "10.0.0.3/32"});
  owners.Set('b', {"10.0.0.2/32"});
  owners.Check("10.0.0.2", "b");
  owners.Check("10.0.0.3", "a");
  owners.CheckList('a', "10.0.0.3/32");
  owners.Remove('b');
  owners.Check("10.0.0.2", "c");
  owners.Check("10.0.0.3", "a");
  owners.Set('a', {"-10.0.0.3/32"});
  owners.Check("10.0.0.3", "c");
}

void StagedPackets(Script& s) {
  Tester& a = s.AddTester();
  Tester& b = s.AddTester();
  if (!Provoke(s, a)) return;
  s.SetPeer({.public_key = b.public_key, .allowed_ips = {{.prefix = wg::Prefix::Host(a.inner)}}});
  Tester::Session session;
  const std::vector<WireOut> out = s.Exchange(a.MakeResponse({}, &session), a);
  if (!s.Check("the packet that waited still goes to its peer", out, "4")) return;
  s.Check("the peer opens it", a.Open(session, out[0].bytes).has_value());
}

}  // namespace

std::vector<Assertion> AllowedIpsAssertions() {
  return {
      {"AIP_001_002_003_004_TheTableOfTwentyEightLookups", &StaticTable},
      {"AIP_005_TheListShowsNoHostBits", &Lists},
      {"AIP_006_007_008_FamiliesAreApart", &Families},
      {"AIP_009_023_042_WhatOnlyBranchesMatchesNothing", &Branches},
      {"AIP_016_017_018_019_020_021_RemovingOneAddressTouchesNoOther", &SingleRemovals},
      {"AIP_024_RemovingAPeerRemovesAllThatIsHis", &RemovedByPeer},
      {"AIP_028_029_MovingOrRemovingOneAddressKeepsTheOthers", &Moves},
      {"AIP_033_034_TheListIsInTheOrderOfInsertion", &ListOrder},
      {"AIP_038_NestedPrefixesOfOnePeerGoTogether", &NestedOfOnePeer},
      {"AIP_040_WhatWaitsForAPeerStaysHis", &StagedPackets},
      {"AIP_043_044_ARemovedParentLeavesItsChildren", &InnerNodes},
  };
}

}  // namespace conformance
