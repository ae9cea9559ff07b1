// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Each difference between the profiles, seen from outside a device.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/device_state.h"
#include "protocol/messages.h"
#include "protocol/profile.h"
#include "protocol/send.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// What a measurement gives under LINUX_6_12, WIREGUARD_GO and BORINGTUN.
template <typename Measure>
auto OnEach(Measure measure) {
  using Result = decltype(measure(kLinux612));
  std::vector<Result> results;
  for (const Profile* profile : {&kLinux612, &kWireguardGo, &kBoringtun}) {
    results.push_back(measure(*profile));
  }
  EXPECT_EQ(measure(kLinux616), results[0]);
  return results;
}

template <typename T>
std::vector<T> Are(T linux, T go, T boringtun) {
  return {linux, go, boringtun};
}

std::vector<Buffer> Burst(TwoDevices& net, uint32_t first, uint32_t count) {
  std::vector<Buffer> packets;
  for (uint32_t i = 0; i < count; ++i) {
    packets.push_back(
        MakeInner(&net.node(kA).pool, net.node(kA).inner, net.node(kB).inner, first + i));
  }
  return packets;
}

// The first age, from `from` on in single nanoseconds, at which sending makes A initiate.
Duration RekeyAge(const Profile& profile, bool on_receive, Duration from) {
  for (Duration age = from;; age += nanoseconds(1)) {
    TwoDevices net({.profile = &profile});
    net.Handshake(kA);
    // Nothing but this one packet: no timer speaks in between.
    net.AdvanceTo(net.now().boot + age);
    net.ClearLog();
    net.SendNumbered(on_receive ? kB : kA, 1);
    if (!net.Log(kA, 1).empty() || age > from + nanoseconds(3)) return age;
  }
}

TEST(ProfileBehaviour, TheInitiatorRekeysAtOrAfterItsAge) {
  EXPECT_EQ(OnEach([](const Profile& p) { return RekeyAge(p, false, seconds(120)).count(); }),
            Are<int64_t>(120'000'000'000, 120'000'000'001, 120'000'000'000));
  EXPECT_EQ(OnEach([](const Profile& p) { return RekeyAge(p, true, seconds(165)).count(); }),
            Are<int64_t>(165'000'000'000, 165'000'000'001, 165'000'000'000));
}

TEST(ProfileBehaviour, AKeyOfExactly180SecondsSendsOrOpens) {
  const auto at180 = [](Side from, const Profile& profile) {
    TwoDevices net({.profile = &profile});
    net.Handshake(kA);
    net.connected[Other(from)] = false;
    net.AdvanceTo(net.now().boot + seconds(180));
    net.ClearLog();
    net.SendNumbered(from, 1);
    return std::pair(net.Log(from, 4).size(), net.node(Other(from)).received.size());
  };
  using Counts = std::pair<size_t, size_t>;
  EXPECT_EQ(OnEach([&](const Profile& p) { return at180(kB, p); }),
            Are<Counts>({0, 0}, {0, 0}, {1, 1}));
  // Opening alone: sealed a nanosecond before.
  EXPECT_EQ(OnEach([&](const Profile& p) {
              TwoDevices net({.profile = &p});
              net.Handshake(kA);
              net.AdvanceTo(net.now().boot + seconds(180) - nanoseconds(1));
              Datagram late;
              net.tap = [&](Side, Datagram* datagram) {
                late.payload = net.node(kA).pool.Copy(std::as_const(datagram->payload).bytes());
                return false;
              };
              net.SendNumbered(kB, 1);
              net.tap = nullptr;
              late.remote = net.node(kB).address;
              net.AdvanceTo(net.now().boot + nanoseconds(1));
              net.Inject(kA, std::move(late));
              return net.node(kA).received.size();
            }),
            Are<size_t>(0, 1, 1));
}

TEST(ProfileBehaviour, TheCounterEndsWhereTheImplementationSays) {
  // Of four packets from limit - 2 on: how many are sent.
  const auto sent = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    net.peer(kA).keypairs.current()->sending_counter = kLinux612.reject_after_messages - 65;
    net.connected[kB] = false;
    for (uint32_t i = 0; i < 70; ++i) net.SendNumbered(kA, i);
    return net.Log(kA, 4).size();
  };
  EXPECT_EQ(OnEach(sent), Are<size_t>(65, 2, 70));
}

TEST(ProfileBehaviour, TheLastCounterEndsTheKeyOnlyInLinux) {
  const auto after_last = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    net.connected[kB] = false;
    const uint64_t limit = p.reject_after_messages;
    net.peer(kA).keypairs.current()->sending_counter = limit - 1;
    net.SendNumbered(kA, 1);
    net.peer(kA).keypairs.current()->sending_counter = limit - 2;
    net.SendNumbered(kA, 2);
    return net.node(kB).received;
  };
  EXPECT_EQ(OnEach(after_last), Are<std::vector<uint32_t>>({1}, {1, 2}, {1, 2}));
}

TEST(ProfileBehaviour, TheReplayWindowReachesBack8128Or1023) {
  const auto reach = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    uint64_t& counter = net.peer(kA).keypairs.current()->sending_counter;
    counter = 100'000;
    net.SendNumbered(kA, 1);
    uint64_t back = 0;
    for (const uint64_t try_back : {1022, 1023, 1024, 8127, 8128, 8129}) {
      counter = 100'000 - try_back;
      const size_t before = net.node(kB).received.size();
      net.SendNumbered(kA, 2);
      if (net.node(kB).received.size() > before) back = try_back;
    }
    return back;
  };
  EXPECT_EQ(OnEach(reach), Are<uint64_t>(8128, 8128, 1023));
}

TEST(ProfileBehaviour, StagedPacketsDropTheOldestPacketOrBurstOrTheNewest) {
  const auto singles = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    for (uint32_t i = 0; i < 300; ++i) {
      std::vector<Buffer> packet = Burst(net, i, 1);
      EXPECT_EQ(net.device(kA).TransmitBurst(net.now(), absl::MakeSpan(packet), 0, net.fx(kA)),
                Errno::kOk);
    }
    net.Settle();
    const std::vector<uint32_t>& got = net.node(kB).received;
    EXPECT_EQ(net.device(kA).counters().tx_dropped, 300 - got.size());
    return std::pair(got.front(), got.back());
  };
  using Range = std::pair<uint32_t, uint32_t>;
  EXPECT_EQ(OnEach(singles), Are<Range>({171, 299}, {172, 299}, {0, 255}));
  const auto bursts = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    for (uint32_t i = 0; i < 130; ++i) {
      std::vector<Buffer> packets = Burst(net, i * 3, 3);
      EXPECT_EQ(net.device(kA).TransmitBurst(net.now(), absl::MakeSpan(packets), 0, net.fx(kA)),
                Errno::kOk);
    }
    net.Settle();
    const std::vector<uint32_t>& got = net.node(kB).received;
    return std::pair(got.front(), got.back());
  };
  // Linux: 128 and the last 3. wireguard-go: 128 bursts. boringtun: the first 256 and the burst
  // begun before them.
  EXPECT_EQ(OnEach(bursts), Are<Range>({259, 389}, {6, 389}, {0, 257}));
}

TEST(ProfileBehaviour, TwentyOrEighteenInitiationsAndThenWhatIsForgotten) {
  const auto tries = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.connected[kA] = false;
    net.SendNumbered(kA, 1);
    net.Advance(seconds(130));
    EXPECT_EQ(net.device(kA).census().staged, 0u);
    return net.Log(kA, 1).size();
  };
  EXPECT_EQ(OnEach(tries), Are<size_t>(20, 20, 18));
  const auto keys = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    net.connected[kA] = false;
    net.SendNumbered(kA, 1);
    net.Advance(seconds(15 + 130));
    return net.device(kA).census().keypairs;
  };
  EXPECT_EQ(OnEach(keys), Are<uint64_t>(1, 1, 0));
}

TEST(ProfileBehaviour, AResponseClosesTheGateOrNot) {
  const auto initiates = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    net.peer(kB).keypairs.current()->sending.is_valid = false;
    net.SendNumbered(kB, 1);
    return net.Log(kB, 1).size();
  };
  EXPECT_EQ(OnEach(initiates), Are<size_t>(0, 0, 1));
}

TEST(ProfileBehaviour, AnAnswerOpensTheGateOrNot) {
  const auto initiates = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    net.peer(kA).keypairs.current()->sending.is_valid = false;
    net.SendNumbered(kA, 1);
    return net.Log(kA, 1).size();
  };
  EXPECT_EQ(OnEach(initiates), Are<size_t>(0, 0, 1));
}

TEST(ProfileBehaviour, InterfaceUpForgetsAttemptsOrNot) {
  const auto attempts = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.connected[kA] = false;
    net.SendNumbered(kA, 1);
    net.Advance(seconds(12));
    net.device(kA).Down(net.now(), net.fx(kA));
    net.Settle();
    net.device(kA).Up(net.now(), net.fx(kA));
    return net.peer(kA).timer_handshake_attempts;
  };
  EXPECT_EQ(OnEach(attempts), Are<uint32_t>(2, 0, 2));
}

TEST(ProfileBehaviour, AWipeDropsWhatIsStagedOrNot) {
  const auto staged = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    net.Advance(seconds(539));
    net.connected[kA] = false;
    net.SendNumbered(kA, 1);
    net.Advance(seconds(2));
    return net.device(kA).census().staged;
  };
  EXPECT_EQ(OnEach(staged), Are<uint64_t>(1, 0, 0));
}

TEST(ProfileBehaviour, DataThatFoundNoRouteCountsAsUnansweredOrNot) {
  const auto initiations = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    net.outcome = [](Side, const Datagram&) { return SendOutcome::kNoRoute; };
    net.SendNumbered(kA, 1);
    net.Advance(seconds(16));
    return net.Log(kA, 1).size();
  };
  EXPECT_EQ(OnEach(initiations), Are<size_t>(0, 1, 1));
}

TEST(ProfileBehaviour, AKeepaliveFollowsTheDataInOrTheLastPacketOut) {
  // A sends, B answers after 4 s; when, since then, does A's keepalive leave?
  const auto delay = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    net.SendNumbered(kA, 1);
    net.Advance(seconds(4));
    net.ClearLog();
    const BootTime answered = net.now().boot;
    net.SendNumbered(kB, 2);
    net.Advance(seconds(11));
    const std::vector<TwoDevices::Sent> sent = net.Log(kA, 4);
    EXPECT_EQ(sent.size(), 1u);
    return (sent.at(0).at - answered) / seconds(1);
  };
  EXPECT_EQ(OnEach(delay), Are<int64_t>(10, 10, 6));
}

TEST(ProfileBehaviour, PersistentKeepalivesWaitForSilenceOrNot) {
  // One packet a second for 50 s with an interval of 10 s.
  const auto keepalives = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    SetKeepalive(net.state(kA), net.now(), net.peer(kA), 10, net.fx(kA));
    net.Settle();
    net.ClearLog();
    for (uint32_t i = 0; i < 51; ++i) {
      net.SendNumbered(kA, i);
      net.Advance(seconds(1));
    }
    const std::vector<TwoDevices::Sent> sent = net.Log(kA, 4);
    return std::count_if(sent.begin(), sent.end(),
                         [](const TwoDevices::Sent& s) { return s.bytes == 32; });
  };
  EXPECT_EQ(OnEach(keepalives), Are<ptrdiff_t>(0, 0, 5));
}

TEST(ProfileBehaviour, PaddingAndMarksOnTheWire) {
  const auto data = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.SendNumbered(kA, 1, 85, 1);
    const TwoDevices::Sent initiation = net.Log(kA, 1).at(0);
    const TwoDevices::Sent first = net.Log(kA, 4).at(0);
    return std::vector<int>{initiation.ds, first.ds, static_cast<int>(first.bytes)};
  };
  EXPECT_EQ(OnEach(data),
            Are<std::vector<int>>({0x88, 1, 96 + 32}, {0, 0, 96 + 32}, {0, 0, 85 + 32}));
}

TEST(ProfileBehaviour, AMarkOnTheWayComesThroughOrNot) {
  const auto tos = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.Handshake(kA);
    net.tap = [](Side, Datagram* datagram) {
      datagram->ds = 3;  // congestion experienced
      return true;
    };
    net.SendNumbered(kA, 1, 84, 2);
    return static_cast<int>(net.node(kB).received_tos.at(0));
  };
  EXPECT_EQ(OnEach(tos), Are(3, 2, 2));
}

TEST(ProfileBehaviour, AnswersLeaveFromTheAddressWrittenToOrNot) {
  const auto sticky = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    net.SendNumbered(kA, 1);
    return static_cast<bool>(net.Log(kB, 2).at(0).local);
  };
  EXPECT_EQ(OnEach(sticky), (std::vector<bool>{true, true, false}));
}

TEST(ProfileBehaviour, HowManyPeersADeviceHas) {
  Profile small = kLinux612;
  small.max_peers = 3;
  TwoDevices net({.profile = &small});
  const auto create = [&](uint8_t fill) {
    PublicKey key;
    key.bytes.fill(fill);
    return CreatePeer(net.state(kA), net.now(), key, PresharedKey());
  };
  EXPECT_NE(create(1), nullptr);
  EXPECT_NE(create(2), nullptr);
  EXPECT_EQ(create(3), nullptr);
}

TEST(ProfileBehaviour, AKeyGivenAgainUnclampedOrZeroIsAChangeOnlyInLinux) {
  const auto expired = [](const Profile& p) {
    TwoDevices net({.profile = &p});
    PrivateKey raw;
    raw.bytes.fill(0xff);
    SetPrivateKey(net.state(kA), net.now(), raw, net.fx(kA));
    CHECK(ModelledCrypto().DerivePublic(raw, &net.node(kA).public_key));
    Peer* back = CreatePeer(net.state(kB), net.now(), net.node(kA).public_key, PresharedKey());
    SetEndpoint(*back, net.node(kA).address);
    SendQueuedHandshakeInitiation(net.state(kA), net.now(), net.peer(kA), false, net.fx(kA));
    net.Settle();
    SetPrivateKey(net.state(kA), net.now(), raw, net.fx(kA));
    const Keypair* keypair = net.peer(kA).keypairs.current();
    return keypair == nullptr || !keypair->sending.is_valid;
  };
  EXPECT_EQ(OnEach(expired), (std::vector<bool>{true, false, false}));
}

}  // namespace
}  // namespace wg
