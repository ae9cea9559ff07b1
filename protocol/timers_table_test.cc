// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The state/event table of spec/handshake section 6.7, row by row: each event is made to happen
// once with all timers idle and once with all pending, and every column is compared.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/messages.h"
#include "protocol/timers.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// The table's letters; delays are those of a profile without jitter.
enum Cell { kKeep, kArm, kArmIfIdle, kCancel };
enum Count { kSame, kZero, kPlusOne };
enum Sent { kBefore, kNow, kSixSecondsAgo };

struct Row {
  const char* name;
  // Brings A to the point before the event and returns the event.
  std::function<std::function<void()>(TwoDevices&)> prepare;
  Cell cells[kTimers];  // RH SK NH ZK PK
  Count attempts;
  bool clears_lastminute;
  Sent last_sent;
};

constexpr Duration kDelays[kTimers] = {seconds(5), seconds(10), seconds(15), seconds(540),
                                       seconds(25)};

void SessionByA(TwoDevices& net) { net.Handshake(kA); }

// A datagram of B that is on its way to A, held back.
std::function<void()> Held(TwoDevices& net, const std::function<void()>& send) {
  auto held = std::make_shared<Datagram>();
  net.tap = [held, &net](Side from, Datagram* datagram) {
    if (from != kB) return true;
    *held = {.payload = net.node(kA).pool.Copy(std::as_const(datagram->payload).bytes()),
             .remote = net.node(kB).address,
             .local = net.node(kA).address.address};
    return false;
  };
  send();
  net.tap = nullptr;
  net.connected[kA] = false;  // the answer is of no interest
  return [held, &net] { net.Inject(kA, std::move(*held)); };
}

// The event that a timer comes due now.
std::function<void()> Expiry(TwoDevices& net, TimerId id) {
  return [&net, id] {
    Peer& peer = net.peer(kA);
    PeerTimer& timer = peer.timers[static_cast<int>(id)];
    timer.expires = timer.queued = net.now().boot;
    net.state(kA).timers.Push({timer.expires, peer.id, peer.slot, id});
    net.device(kA).OnTimer(net.now(), net.fx(kA));
    net.Settle();
  };
}

std::function<void()> Send(TwoDevices& net) {
  return [&net] { net.SendNumbered(kA, 1); };
}

std::vector<Row> HandshakeRows() {
  return {
      {"initiation sent",
       [](TwoDevices& net) {
         net.connected[kA] = false;
         return Send(net);
       },
       {kArm, kCancel, kKeep, kKeep, kArm},
       kZero,
       false,
       kNow},
      {"initiation wanted but gated",
       [](TwoDevices& net) -> std::function<void()> {
         return [&net] {
           net.peer(kA).last_sent_handshake = net.now().boot - seconds(5) + Duration(1);
           net.SendNumbered(kA, 1);
           net.peer(kA).last_sent_handshake = net.now().boot - seconds(100);
         };
       },
       {kKeep, kKeep, kKeep, kKeep, kKeep},
       kZero,
       false,
       kBefore},
      {"initiation build failed",
       [](TwoDevices& net) {
         SetPrivateKey(net.state(kA), net.now(), PrivateKey(), net.fx(kA));
         return Send(net);
       },
       {kKeep, kKeep, kKeep, kKeep, kKeep},
       kZero,
       false,
       kNow},
      {"response sent, initiation accepted",
       [](TwoDevices& net) { return Held(net, [&net] { net.SendNumbered(kB, 1); }); },
       {kKeep, kCancel, kCancel, kArm, kArm},
       kSame,
       false,
       kNow},
      {"response accepted",
       [](TwoDevices& net) { return Held(net, [&net] { net.Keepalive(kA); }); },
       {kCancel, kCancel, kCancel, kArm, kArm},
       kZero,
       true,
       kBefore},
      {"first keepalive on next",
       [](TwoDevices& net) {
         net.tap = [](Side from, Datagram* datagram) {
           return from != kB || datagram->message_type != 4;
         };
         net.Keepalive(kB);
         return Held(net, [&net] { net.Keepalive(kB); });
       },
       {kCancel, kKeep, kCancel, kKeep, kArm},
       kZero,
       true,
       kBefore},
  };
}

std::vector<Row> DataRows() {
  return {
      {"data sent",
       [](TwoDevices& net) {
         SessionByA(net);
         return Send(net);
       },
       {kKeep, kCancel, kArmIfIdle, kKeep, kArm},
       kSame,
       false,
       kBefore},
      {"keepalive sent",
       [](TwoDevices& net) -> std::function<void()> {
         SessionByA(net);
         return [&net] { net.Keepalive(kA); };
       },
       {kKeep, kCancel, kKeep, kKeep, kArm},
       kSame,
       false,
       kBefore},
      {"data received",
       [](TwoDevices& net) {
         SessionByA(net);
         return Held(net, [&net] { net.SendNumbered(kB, 1); });
       },
       {kKeep, kArmIfIdle, kCancel, kKeep, kArm},
       kSame,
       false,
       kBefore},
      {"keepalive received",
       [](TwoDevices& net) {
         SessionByA(net);
         return Held(net, [&net] { net.Keepalive(kB); });
       },
       {kKeep, kKeep, kCancel, kKeep, kArm},
       kSame,
       false,
       kBefore},
  };
}

std::vector<Row> RefusedRows() {
  return {
      {"replayed packet",
       [](TwoDevices& net) {
         SessionByA(net);
         const auto again = Held(net, [&net] { net.SendNumbered(kB, 1); });
         net.peer(kA).keypairs.current()->receiving_counter.Validate(0);
         net.peer(kA).keypairs.current()->receiving_counter.Validate(1);
         return again;
       },
       {kKeep, kKeep, kKeep, kKeep, kKeep},
       kSame,
       false,
       kBefore},
      {"forged packet",
       [](TwoDevices& net) -> std::function<void()> {
         SessionByA(net);
         return [&net] {
           net.tap = [](Side, Datagram* datagram) {
             datagram->payload.data()[16] ^= 1;
             return true;
           };
           net.Keepalive(kB);
         };
       },
       {kKeep, kKeep, kKeep, kKeep, kKeep},
       kSame,
       false,
       kBefore},
      {"cookie reply sent",
       [](TwoDevices& net) {
         net.node(kA).module.last_under_load = net.now().boot;
         return Held(net, [&net] { net.SendNumbered(kB, 1); });
       },
       {kKeep, kKeep, kKeep, kKeep, kKeep},
       kSame,
       false,
       kBefore},
      {"cookie reply received",
       [](TwoDevices& net) {
         net.node(kB).module.last_under_load = net.now().boot;
         return Held(net, [&net] { net.SendNumbered(kA, 1); });
       },
       {kKeep, kKeep, kKeep, kKeep, kKeep},
       kSame,
       false,
       kBefore},
  };
}

std::vector<Row> HandshakeExpiryRows() {
  return {
      {"RH expires, attempts <= 18",
       [](TwoDevices& net) {
         net.connected[kA] = false;
         return Expiry(net, TimerId::kRetransmitHandshake);
       },
       {kArm, kCancel, kKeep, kKeep, kArm},
       kPlusOne,
       false,
       kNow},
      {"RH expires, attempts > 18",
       [](TwoDevices& net) -> std::function<void()> {
         return [&net] {
           net.peer(kA).timer_handshake_attempts += 19;
           Expiry(net, TimerId::kRetransmitHandshake)();
           net.peer(kA).timer_handshake_attempts -= 19;
         };
       },
       {kCancel, kCancel, kKeep, kArmIfIdle, kKeep},
       kSame,
       false,
       kBefore},
      {"SK expires",
       [](TwoDevices& net) {
         SessionByA(net);
         return Expiry(net, TimerId::kSendKeepalive);
       },
       {kKeep, kCancel, kKeep, kKeep, kArm},
       kSame,
       false,
       kBefore},
      {"SK expires, another is needed, nothing can be sent",
       [](TwoDevices& net) -> std::function<void()> {
         return [&net] {
           net.peer(kA).timer_need_another_keepalive = true;
           net.peer(kA).last_sent_handshake = net.now().boot;
           Expiry(net, TimerId::kSendKeepalive)();
           net.peer(kA).last_sent_handshake = net.now().boot - seconds(100);
         };
       },
       {kKeep, kArm, kKeep, kKeep, kKeep},
       kZero,
       false,
       kBefore},
  };
}

std::vector<Row> OtherExpiryRows() {
  return {
      {"NH expires",
       [](TwoDevices& net) {
         net.connected[kA] = false;
         return Expiry(net, TimerId::kNewHandshake);
       },
       {kArm, kCancel, kCancel, kKeep, kArm},
       kZero,
       false,
       kNow},
      {"ZK expires",
       [](TwoDevices& net) {
         SessionByA(net);
         return Expiry(net, TimerId::kZeroKeyMaterial);
       },
       {kKeep, kKeep, kKeep, kCancel, kKeep},
       kSame,
       false,
       kBefore},
      {"PK expires",
       [](TwoDevices& net) {
         SessionByA(net);
         return Expiry(net, TimerId::kPersistentKeepalive);
       },
       {kKeep, kCancel, kKeep, kKeep, kArm},
       kSame,
       false,
       kBefore},
  };
}

std::vector<Row> DeviceRows() {
  return {
      {"interface down",
       [](TwoDevices& net) -> std::function<void()> {
         return [&net] { net.device(kA).Down(net.now(), net.fx(kA)); };
       },
       {kCancel, kCancel, kCancel, kCancel, kCancel},
       kSame,
       false,
       kSixSecondsAgo},
      {"suspend prepared",
       [](TwoDevices& net) -> std::function<void()> {
         return [&net] { net.device(kA).PrepareSuspend(); };
       },
       {kKeep, kKeep, kKeep, kCancel, kKeep},
       kSame,
       false,
       kBefore},
      {"private key changed",
       [](TwoDevices& net) -> std::function<void()> {
         return [&net] {
           PrivateKey key;
           key.bytes.fill(9);
           SetPrivateKey(net.state(kA), net.now(), key, net.fx(kA));
         };
       },
       {kKeep, kKeep, kKeep, kKeep, kKeep},
       kSame,
       false,
       kSixSecondsAgo},
      {"machine cloned",
       [](TwoDevices& net) -> std::function<void()> {
         return [&net] { net.device(kA).OnVmFork(net.now()); };
       },
       {kKeep, kKeep, kKeep, kKeep, kKeep},
       kSame,
       false,
       kSixSecondsAgo},
  };
}

Profile WithoutJitter() {
  Profile profile = kLinux616;
  profile.max_jitter = Duration(0);
  return profile;
}

BootTime Expected(Cell cell, BootTime before, BootTime now, Duration delay) {
  switch (cell) {
    case kKeep:
      return before;
    case kArm:
      return now + delay;
    case kArmIfIdle:
      return before == kNever ? now + delay : before;
    case kCancel:
      return kNever;
  }
  return kNever;
}

void CheckRow(const Row& row, bool pending) {
  SCOPED_TRACE(std::string(row.name) + (pending ? ", all pending" : ", all idle"));
  const Profile profile = WithoutJitter();
  TwoDevices net({.profile = &profile});
  const std::function<void()> event = row.prepare(net);
  Peer& peer = net.peer(kA);
  const BootTime now = net.now().boot;
  BootTime before[kTimers];
  for (int i = 0; i < kTimers; ++i) {
    before[i] = pending ? now + hours(1 + i) : kNever;
    peer.timers[i].expires = before[i];
    peer.timers[i].queued = kNever;
  }
  peer.persistent_keepalive_interval = 25;
  peer.timer_handshake_attempts = 7;
  peer.sent_lastminute_handshake = true;
  peer.last_sent_handshake = now - seconds(100);

  event();

  for (int i = 0; i < kTimers; ++i) {
    EXPECT_EQ(peer.timers[i].expires, Expected(row.cells[i], before[i], now, kDelays[i]))
        << "timer " << i;
  }
  EXPECT_EQ(peer.timer_handshake_attempts, row.attempts == kSame   ? 7u
                                           : row.attempts == kZero ? 0u
                                                                   : 8u);
  EXPECT_EQ(peer.sent_lastminute_handshake, !row.clears_lastminute);
  EXPECT_EQ(peer.last_sent_handshake, row.last_sent == kBefore ? now - seconds(100)
                                      : row.last_sent == kNow  ? now
                                                               : now - seconds(6));
}

TEST(TimerTable, EveryRowOfTheStateEventTableHolds) {
  for (const auto& rows : {HandshakeRows(), DataRows(), RefusedRows(), HandshakeExpiryRows(),
                           OtherExpiryRows(), DeviceRows()}) {
    for (const Row& row : rows) {
      CheckRow(row, false);
      CheckRow(row, true);
    }
  }
}

}  // namespace
}  // namespace wg
