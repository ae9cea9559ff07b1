// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The differences between the profiles in what they do against floods: load, cookies, limits per
// source.
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/cookie.h"
#include "protocol/crypto/suite.h"
#include "protocol/device_state.h"
#include "protocol/fake_entropy.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/profile.h"
#include "protocol/ratelimiter.h"
#include "protocol/send.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using Bytes = std::vector<uint8_t>;

// A sends messages of which B has not yet seen any.
class Flood {
 public:
  explicit Flood(const Profile& profile) : net({.profile = &profile}) {}

  // An initiation that B would accept.
  Bytes Initiation() {
    Bytes bytes;
    net.tap = [&](Side from, Datagram* datagram) {
      const auto span = std::as_const(datagram->payload).bytes();
      if (from == kA) bytes.assign(span.begin(), span.end());
      return false;
    };
    ResetLastSentHandshake(net.now(), net.peer(kA));
    SendQueuedHandshakeInitiation(net.state(kA), net.now(), net.peer(kA), false, net.fx(kA));
    net.Settle();
    net.tap = nullptr;
    return bytes;
  }
  void Receive(const Bytes& bytes) {
    net.device(kB).Receive(net.now(),
                           {.payload = net.node(kB).pool.Copy(bytes),
                            .remote = net.node(kA).address,
                            .local = net.node(kB).address.address},
                           net.fx(kB));
  }
  size_t cookies() { return net.Log(kB, 3).size(); }

  TwoDevices net;
};

// Whether `waiting` messages beside the one being processed are load.
bool WaitingIsLoad(const Profile& profile, size_t waiting) {
  Flood flood(profile);
  flood.Receive(flood.Initiation());
  Bytes nonsense(148);
  nonsense[0] = 1;
  for (size_t i = 0; i < waiting; ++i) flood.Receive(nonsense);
  flood.net.Settle();
  return flood.cookies() == 1;
}

TEST(ProfileLoad, SoManyWaitingMessagesAreLoad) {
  EXPECT_FALSE(WaitingIsLoad(kLinux612, 510));
  EXPECT_TRUE(WaitingIsLoad(kLinux612, 511));
  EXPECT_FALSE(WaitingIsLoad(kWireguardGo, 127));
  EXPECT_TRUE(WaitingIsLoad(kWireguardGo, 128));
  EXPECT_FALSE(WaitingIsLoad(kBoringtun, 4000));  // none of them has a good mac1
}

TEST(ProfileLoad, MoreThanAHundredASecondAreLoadForBoringtun) {
  Flood flood(kBoringtun);
  const Bytes replayed = flood.Initiation();
  for (int i = 0; i < 100; ++i) flood.Receive(replayed);
  flood.net.Settle();
  EXPECT_EQ(flood.cookies(), 0u);
  flood.Receive(replayed);
  flood.net.Settle();
  EXPECT_EQ(flood.cookies(), 1u);
  flood.net.Advance(seconds(1));
  flood.Receive(replayed);
  flood.net.Settle();
  EXPECT_EQ(flood.cookies(), 1u);
}

TEST(ProfileLoad, TheRingHolds4096Or1024) {
  for (const auto& [profile, room] : {std::pair(&kLinux616, 4096u), {&kWireguardGo, 1024u}}) {
    Flood flood(*profile);
    Bytes nonsense(148);
    nonsense[0] = 1;
    for (int i = 0; i < 5000; ++i) flood.Receive(nonsense);
    EXPECT_EQ(flood.net.device(kB).census().handshakes_in, room);
    flood.net.Settle();
  }
}

TEST(ProfileLoad, LoadIsOfTheMachineInLinuxOnly) {
  for (const auto& [profile, cookies] : {std::pair(&kLinux612, 1u), {&kWireguardGo, 0u}}) {
    Flood flood(*profile);
    flood.net.node(kB).module.last_under_load = flood.net.now().boot;
    flood.net.SendNumbered(kA, 1);
    EXPECT_EQ(flood.cookies(), cookies) << profile->name;
  }
}

TEST(ProfileLoad, ASecondInitiationIsAFloodForTwentyMilliseconds) {
  const auto answers = [](const Profile& profile, Duration gap) {
    Flood flood(profile);
    flood.Receive(flood.Initiation());
    flood.net.Settle();
    flood.net.StepWall(seconds(1));  // so that the time stamp is later in any case
    flood.net.AdvanceTo(flood.net.now().boot + gap);
    flood.Receive(flood.Initiation());
    flood.net.Settle();
    return flood.net.Log(kB, 2).size();
  };
  EXPECT_EQ(answers(kLinux616, milliseconds(20) - nanoseconds(1)), 1u);
  EXPECT_EQ(answers(kLinux616, milliseconds(20)), 2u);
  EXPECT_EQ(answers(kWireguardGo, milliseconds(20)), 1u);
  EXPECT_EQ(answers(kWireguardGo, milliseconds(20) + nanoseconds(1)), 2u);
  EXPECT_EQ(answers(kBoringtun, nanoseconds(1)), 2u);
}

// Both ends of a cookie under one profile.
class Cookies {
 public:
  explicit Cookies(const Profile& profile) : profile_(profile), checker(now, entropy, profile) {
    PrivateKey key;
    key.bytes.fill(1);
    identity_.SetPrivateKey(ModelledCrypto(), key);
    checker.PrecomputeDeviceKeys(identity_);
    limiter.Init();
    jar.emplace(identity_.public_key());
  }
  Bytes Message() {
    Bytes message(148, ++content_);
    jar->AddMacToPacket(now, absl::MakeSpan(message), profile_.cookies);
    return message;
  }
  bool TakeReplyTo(const Bytes& message) {
    MessageHandshakeCookie reply;
    checker.CreateMessage(ModelledCrypto(), now, entropy, message, source, &reply);
    return jar->Consume(ModelledCrypto(), now, reply, profile_.cookies);
  }
  bool Accepts(const Bytes& message) {
    return checker.ValidatePacket(now, entropy, limiter, 0, message, source, true) ==
           CookieMacState::kValidMacWithCookie;
  }
  bool HasMac2(const Bytes& message) {
    return Bytes(message.end() - 16, message.end()) != Bytes(16);
  }

  const Profile& profile_;
  Now now{BootTime(seconds(1000)), WallTime(seconds(0))};
  SeededEntropy entropy{1};
  NoiseStaticIdentity identity_;
  CookieChecker checker;
  RateLimiter limiter;
  absl::optional<CookieJar> jar;
  Endpoint source = Endpoint::Parse("192.0.2.1:51820").value();

 private:
  uint8_t content_ = 0;
};

TEST(ProfileLoad, ACookieIsUsedUntilItsAge) {
  const auto used_at = [](const Profile& profile, Duration age) {
    Cookies cookies(profile);
    EXPECT_TRUE(cookies.TakeReplyTo(cookies.Message()));
    cookies.now.boot += age;
    return cookies.HasMac2(cookies.Message());
  };
  EXPECT_TRUE(used_at(kLinux616, seconds(115) - nanoseconds(1)));
  EXPECT_FALSE(used_at(kLinux616, seconds(115)));
  EXPECT_TRUE(used_at(kWireguardGo, seconds(120)));
  EXPECT_FALSE(used_at(kWireguardGo, seconds(120) + nanoseconds(1)));
  EXPECT_TRUE(used_at(kBoringtun, seconds(120) - nanoseconds(1)));
  EXPECT_FALSE(used_at(kBoringtun, seconds(120)));
}

TEST(ProfileLoad, ASecondReplyToOneMessageIsTakenOrNot) {
  const auto second = [](const Profile& profile) {
    Cookies cookies(profile);
    const Bytes message = cookies.Message();
    EXPECT_TRUE(cookies.TakeReplyTo(message));
    return cookies.TakeReplyTo(message);
  };
  EXPECT_FALSE(second(kLinux616));
  EXPECT_TRUE(second(kWireguardGo));
  EXPECT_TRUE(second(kBoringtun));
}

TEST(ProfileLoad, AnExpiredSecretIsRenewedByACheckOrRefusesIt) {
  Cookies linux(kLinux616), go(kWireguardGo);
  for (Cookies* cookies : {&linux, &go}) {
    ASSERT_TRUE(cookies->TakeReplyTo(cookies->Message()));
    const Bytes message = cookies->Message();
    EXPECT_TRUE(cookies->Accepts(message));
    cookies->now.boot += seconds(121);
    EXPECT_FALSE(cookies->Accepts(message));
  }
  // Linux has renewed at the check: the new secret is as old as that. wireguard-go renews for a
  // reply.
  linux.now.boot += seconds(119);
  go.now.boot += seconds(119);
  for (Cookies* cookies : {&linux, &go}) {
    ASSERT_TRUE(cookies->TakeReplyTo(cookies->Message()));
    const Bytes message = cookies->Message();
    cookies->now.boot += seconds(2);
    EXPECT_EQ(cookies->Accepts(message), cookies == &go);
  }
}

TEST(ProfileLoad, BoringtunsSecretsChangeAtFixedTimes) {
  Cookies cookies(kBoringtun);
  cookies.now.boot += seconds(128 + 100);
  ASSERT_TRUE(cookies.TakeReplyTo(cookies.Message()));  // renewed: the period began 100 s ago
  const Bytes message = cookies.Message();
  cookies.now.boot += seconds(28) - nanoseconds(1);
  EXPECT_TRUE(cookies.Accepts(message));
  cookies.now.boot += nanoseconds(1);
  EXPECT_FALSE(cookies.Accepts(message));
}

TEST(ProfileLoad, ACookieCoversThePortOrNot) {
  for (const auto& [profile, port_counts] :
       {std::pair(&kLinux616, true), {&kWireguardGo, true}, {&kBoringtun, false}}) {
    Cookies cookies(*profile);
    ASSERT_TRUE(cookies.TakeReplyTo(cookies.Message()));
    const Bytes message = cookies.Message();
    cookies.source.port ^= 1;
    EXPECT_EQ(cookies.Accepts(message), !port_counts) << profile->name;
  }
}

TEST(ProfileLoad, BoringtunLimitsNoSource) {
  for (const auto& [profile, accepted] : {std::pair(&kLinux616, 5), {&kBoringtun, 20}}) {
    Cookies cookies(*profile);
    ASSERT_TRUE(cookies.TakeReplyTo(cookies.Message()));
    int count = 0;
    for (int i = 0; i < 20; ++i) count += cookies.Accepts(cookies.Message());
    EXPECT_EQ(count, accepted) << profile->name;
  }
}

TEST(ProfileLoad, LimitsPerSource) {
  RateLimiter linux(kLinux616.source_limit), go(kWireguardGo.source_limit);
  BootTime now{seconds(100)};
  const IpAddress a = IpAddress::V4(1);
  for (RateLimiter* limiter : {&linux, &go}) {
    limiter->Init();
    // One token short of a whole cost is needed beyond it: wireguard-go gives the fifth a
    // nanosecond later.
    int at_once = 0;
    while (limiter->Allow(now, 0, a)) ++at_once;
    EXPECT_EQ(at_once, limiter == &linux ? 5 : 4);
  }
  EXPECT_TRUE(go.Allow(now + nanoseconds(1), 0, a));
  EXPECT_FALSE(go.Allow(now + milliseconds(50), 0, a));
  EXPECT_TRUE(linux.Allow(now + milliseconds(50), 0, a));
  // Two addresses of one /64 are one source or two.
  for (RateLimiter* limiter : {&linux, &go}) {
    for (uint64_t low : {1, 2}) {
      while (limiter->Allow(now, 0, IpAddress::V6(1, low))) {
      }
    }
    EXPECT_EQ(limiter->entries(), limiter == &linux ? 2u : 3u);
    limiter->Uninit();
  }
}

}  // namespace
}  // namespace wg
