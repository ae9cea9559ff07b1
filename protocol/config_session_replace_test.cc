// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// REPLACE_ALLOWEDIPS under each rule: what is left afterwards, and who loses his address on the way.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/config_session.h"
#include "protocol/config_session_fixture.h"
#include "protocol/profile.h"

namespace wg {
namespace {

// Addresses 0 to 15 of either family, alone and in blocks.
Prefix Draw(SeededEntropy* entropy) {
  const auto value = static_cast<uint32_t>(entropy->Below(16));
  return entropy->Below(2) ? Prefix(IpAddress::V4(0x0a000000 | value), 28 + static_cast<int>(entropy->Below(5)))
                           : Prefix(IpAddress::V6(0, value), 124 + static_cast<int>(entropy->Below(5)));
}

class ConfigSessionReplaceTest : public ConfigSessionTest {
 protected:
  std::vector<Prefix> ListOf(char name) const {
    for (const GetPeer& peer : device_->Get().peers) {
      if (peer.public_key == Key(name)) return peer.allowed_ips;
    }
    return {};
  }
  static SetDevice ReplaceWith(char name, const std::vector<Prefix>& list) {
    SetPeer peer = Replace(name, {});
    for (const Prefix& prefix : list) peer.allowed_ips.push_back({.prefix = prefix});
    return Peers({std::move(peer)});
  }
  // The list as a device keeps it: masked, each once, at its last place.
  static std::vector<Prefix> Kept(const std::vector<Prefix>& list) {
    std::vector<Prefix> kept;
    for (const Prefix& prefix : list) {
      std::erase(kept, prefix);
      kept.push_back(Prefix(prefix.network(), prefix.length()));
    }
    return kept;
  }
};

TEST_F(ConfigSessionReplaceTest, TheSetAfterTheCallIsTheListUnderEveryRuleWithoutTheFault) {
  for (const Profile* profile :
       {&kLinux612, &kLinux616, &kLinuxTaggedReplace, &kWireguardGo, &kBoringtun}) {
    Use(profile);
    SeededEntropy entropy(1);
    Set(Peers({Add('A'), Add('B')}));
    for (int round = 0; round < 3000; ++round) {
      const char name = entropy.Below(2) ? 'A' : 'B';
      std::vector<Prefix> list;
      switch (entropy.Below(4)) {
        case 0:  // empty
          break;
        case 1:  // identical, in another order
          list = ListOf(name);
          std::reverse(list.begin(), list.end());
          break;
        case 2:  // overlapping
          list = ListOf(name);
          if (!list.empty()) list.erase(list.begin() + static_cast<ptrdiff_t>(entropy.Below(list.size())));
          [[fallthrough]];
        default:
          for (uint64_t n = entropy.Below(8); n > 0; --n) list.push_back(Draw(&entropy));
      }
      ASSERT_EQ(Set(ReplaceWith(name, list)), Errno::kOk);
      ASSERT_EQ(ListOf(name), Kept(list)) << profile->name << " round " << round;
    }
    ASSERT_EQ(device_->state().allowed_ips.Validate(), "");
  }
}

TEST_F(ConfigSessionReplaceTest, WithTagsNoAddressOfBothListsIsWithoutItsOwnerAtAnyStep) {
  Use(&kLinuxTaggedReplace);
  SeededEntropy entropy(2);
  Set(Peers({Add('A')}));
  std::vector<IpAddress> addresses;
  for (uint32_t i = 0; i < 16; ++i) {
    addresses.push_back(IpAddress::V4(0x0a000000 | i));
    addresses.push_back(IpAddress::V6(0, i));
  }
  for (int round = 0; round < 1000; ++round) {
    std::vector<Prefix> list;
    for (uint64_t n = entropy.Below(10); n > 0; --n) list.push_back(Draw(&entropy));
    std::vector<IpAddress> in_both;
    for (const IpAddress& address : addresses) {
      const bool stays = std::any_of(list.begin(), list.end(),
                                     [&](const Prefix& prefix) { return prefix.Contains(address); });
      if (stays && Owner(address) == "A") in_both.push_back(address);
    }
    ConfigSession session(device_.get(), ReplaceWith('A', list));
    while (session.Next()) {
      session.Step(kNow, &fx_);
      for (const IpAddress& address : in_both) ASSERT_EQ(Owner(address), "A") << address.ToString();
    }
  }
}

TEST_F(ConfigSessionReplaceTest, TagsMakeBeforeTheyBreak) {
  Use(&kLinuxTaggedReplace);
  Set(TwoAddresses());
  EXPECT_EQ(Trace(Peers({Replace('A', {"192.168.0.3/32", "192.168.0.4/32"})}),
                  {"192.168.0.2", "192.168.0.3", "192.168.0.4"}),
            "start | A A -\n"
            "insert 192.168.0.3/32 | A A -\n"
            "insert 192.168.0.4/32 | A A A\n"
            "remove 192.168.0.2/32 | - A A\n");
}

TEST_F(ConfigSessionReplaceTest, TheFaultLosesTheFirstNodeOfAnEmptyTrieAndNothingElse) {
  for (const Profile* profile : {&kLinuxTaggedReplace, &kLinuxTaggedReplaceRootFault}) {
    const bool faulty = profile == &kLinuxTaggedReplaceRootFault;
    Use(profile);
    Set(Peers({Add('A')}));
    const std::vector<Prefix> list = {P("10.0.0.1/32"), P("10.0.0.2/32"), P("fd00::1/128")};
    Set(ReplaceWith('A', list));
    EXPECT_EQ(ListOf('A'), faulty ? std::vector<Prefix>{P("10.0.0.2/32")} : list);
    // Nothing is empty any more in IPv4; IPv6 is, again.
    Set(ReplaceWith('A', list));
    EXPECT_EQ(ListOf('A'), faulty ? (std::vector<Prefix>{P("10.0.0.1/32"), P("10.0.0.2/32")}) : list);
    // Another peer's prefix is enough.
    Set(Peers({Add('B', {"fd00::b/128"})}));
    Set(ReplaceWith('A', list));
    EXPECT_EQ(ListOf('A'), list);
    // A new peer has nothing to be replaced.
    Set(Peers({Remove('A'), Remove('B'), Replace('C', {"10.0.0.9/32"})}));
    EXPECT_EQ(ListOf('C'), std::vector<Prefix>{P("10.0.0.9/32")});
  }
}

TEST_F(ConfigSessionReplaceTest, AnErrorInTheListLeavesBothListsWithTags) {
  Use(&kLinuxTaggedReplace);
  Set(TwoAddresses());
  SetDevice request = Peers({Replace('A', {"192.168.0.4/32", "192.168.0.5/32"})});
  request.peers[0].allowed_ips[1].error = Errno::kInval;
  EXPECT_EQ(Set(std::move(request)), Errno::kInval);
  EXPECT_EQ(ListOf('A'), (std::vector<Prefix>{P("192.168.0.2/32"), P("192.168.0.3/32"),
                                              P("192.168.0.4/32")}));
}

}  // namespace
}  // namespace wg
