// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The half of receive.h that deals with messages of type 1, 2 and 3.
//
// Requirements: NOISE-093; COOKIE-018 021 028 to 036 041 042; RATE-009 to 012; TIMER-009; PEER-011;
//   RX-031 to 035.
#include <chrono>
#include <utility>

#include "protocol/cookie.h"
#include "protocol/device_state.h"
#include "protocol/noise.h"
#include "protocol/receive.h"
#include "protocol/send.h"
#include "protocol/timers.h"

namespace wg {
namespace {

// Load by waiting messages lasts at least this long.
constexpr Duration kLoadHold = std::chrono::seconds(1);

// Whether this message is one too many in this second of the clock.
bool RateIsLoad(Device::State& device, Now now) {
  const int64_t second = now.boot.time_since_epoch() / std::chrono::seconds(1);
  if (second != device.load_second) device.load_count = 0;
  device.load_second = second;
  return device.load_count++ >= device.profile.load.threshold;
}

// Whether the machine is under load; one memory of it for all its devices (Linux).
bool UnderLoad(Device::State& device, Now now) {
  if (device.profile.load.measure == LoadRule::Measure::kPerSecond) return RateIsLoad(device, now);
  BootTime& last_under_load = device.guard.last_under_load;
  if (device.handshakes_in.live() >= device.profile.load.threshold) {
    last_under_load = now.boot;
    return true;
  }
  if (last_under_load == BootTime{}) return false;
  if (!BirthdateHasExpired(last_under_load, kLoadHold, now.boot)) return true;
  last_under_load = BootTime{};
  return false;
}

// The kernel collects once a second on a timer of its own, which began with the first device. Only
// who asks can see what is there: the collections that are due are made up for before.
RateLimiter& CollectedRateLimiter(Device::State& device, Now now) {
  Module& module = device.guard;
  const int64_t due = (now.boot - module.last_ratelimiter_gc) / RateLimiter::kGcPeriod;
  if (due > 0) {
    module.last_ratelimiter_gc += due * RateLimiter::kGcPeriod;
    module.ratelimiter.Free(module.ratelimiter.Gc(module.last_ratelimiter_gc));
  }
  return module.ratelimiter;
}

// What the macs say of a message of type 1 or 2. Under load its sender may be asked to prove its
// address.
HandshakeFate CheckMacs(Device::State& device, Now now, const Datagram& datagram) {
  const auto validate = [&](bool check_cookie) {
    return device.cookie_checker.ValidatePacket(
        now, device.entropy, CollectedRateLimiter(device, now), device.netns,
        datagram.payload.bytes(), datagram.remote, check_cookie);
  };
  // A rate counts only who knows our public key.
  if (device.profile.load.measure == LoadRule::Measure::kPerSecond &&
      validate(/*check_cookie=*/false) == CookieMacState::kInvalidMac) {
    return HandshakeFate::kScreenedOut;
  }
  const bool under_load = UnderLoad(device, now);
  const CookieMacState state = validate(under_load);
  if (under_load && state == CookieMacState::kValidMacButNoCookie) return HandshakeFate::kCookie;
  return state == (under_load ? CookieMacState::kValidMacWithCookie
                              : CookieMacState::kValidMacButNoCookie)
             ? HandshakeFate::kConsumed
             : HandshakeFate::kScreenedOut;
}

MessageHandshakeInitiation DecodedInitiation(const Datagram& datagram) {
  MessageHandshakeInitiation message;
  Decode(datagram.payload.bytes(), &message);
  return message;
}

// Looks at a message as far as its worker gets without changing a handshake.
HandshakeFate Examine(Device::State& device, Now now, HandshakeIn* message) {
  if (message->type == MessageType::kHandshakeCookie) return HandshakeFate::kConsumed;
  const HandshakeFate fate = CheckMacs(device, now, message->datagram);
  if (fate != HandshakeFate::kConsumed) return fate;
  if (message->type == MessageType::kHandshakeResponse) {
    MessageHandshakeResponse response;
    Decode(message->datagram.payload.bytes(), &response);
    return device.index_table.Lookup(response.receiver_index, IndexType::kHandshake) == nullptr
               ? HandshakeFate::kScreenedOut
               : HandshakeFate::kConsumed;
  }
  message->opened =
      OpenInitiation(device.noise(), now, DecodedInitiation(message->datagram),
                     [&](PeerId id) { return &FindPeer(device, id)->handshake; });
  return message->opened->verdict == NoiseVerdict::kOk ? HandshakeFate::kConsumed
                                                       : HandshakeFate::kRefused;
}

// The peer whose initiation this was, answered; null if it is gone meanwhile.
Peer* ReceiveInitiation(Device::State& device, Now now, const HandshakeIn& message, Effects* fx) {
  Peer* peer = FindPeer(device, message.opened->peer);
  if (peer == nullptr) return nullptr;
  AcceptInitiation(now, DecodedInitiation(message.datagram), *message.opened, &peer->handshake);
  peer->endpoint.SetFromDatagram(message.datagram);
  SendHandshakeResponse(device, now, *peer, fx);
  return peer;
}

Peer* ReceiveResponse(Device::State& device, Now now, const Datagram& datagram, Effects* fx) {
  MessageHandshakeResponse message;
  Decode(datagram.payload.bytes(), &message);
  const NoiseConsumed consumed = ConsumeResponse(
      device.noise(), message, [&](PeerId id) { return &FindPeer(device, id)->handshake; });
  if (consumed.verdict != NoiseVerdict::kOk) return nullptr;
  Peer* peer = FindPeer(device, consumed.handshake->peer());
  peer->endpoint.SetFromDatagram(datagram);
  if (peer->handshake.BeginSession(device.noise(), now, peer->is_dead, &peer->keypairs)) {
    TimersSessionDerived(device, now, *peer);
    TimersHandshakeComplete(device, now, *peer);
    if (device.profile.answer_opens_gate) ResetLastSentHandshake(now, *peer);
    ++device.counters.handshakes_initiated;
    // To confirm the session even if there is nothing to say.
    SendKeepalive(device, now, *peer, fx);
  }
  return peer;
}

Peer* ReceiveCookie(Device::State& device, Now now, const Datagram& datagram) {
  MessageHandshakeCookie message;
  Decode(datagram.payload.bytes(), &message);
  return FindPeer(device, ConsumeCookieMessage(
                              device.crypto, now, message, device.index_table,
                              [&](PeerId id) { return &FindPeer(device, id)->latest_cookie; },
                              device.profile.cookies));
}

Peer* Consume(Device::State& device, Now now, const HandshakeIn& message, Effects* fx) {
  switch (message.type) {
    case MessageType::kHandshakeInitiation:
      return ReceiveInitiation(device, now, message, fx);
    case MessageType::kHandshakeResponse:
      return ReceiveResponse(device, now, message.datagram, fx);
    default:
      return ReceiveCookie(device, now, message.datagram);
  }
}

// wg_receive_handshake_packet. The peer that the message was good for, or null.
Peer* ReceiveHandshakePacket(Device::State& device, Now now, const HandshakeIn& message,
                             Effects* fx) {
  if (*message.fate == HandshakeFate::kCookie) {
    SendHandshakeCookie(device, now, message.datagram, fx);
  }
  if (*message.fate != HandshakeFate::kConsumed) return nullptr;
  Peer* peer = Consume(device, now, message, fx);
  if (peer == nullptr || message.type == MessageType::kHandshakeCookie) return peer;
  UpdateRxStats(device, *peer, message.datagram.payload.size());
  TimersAnyAuthenticatedPacketReceived(*peer);
  TimersAnyAuthenticatedPacketTraversal(device, now, *peer);
  return peer;
}

HandshakeIn* FindHandshakeIn(const Device::State& device, uint64_t job) {
  HandshakeIn* message = device.handshakes_in.At(Device::State::SlotOf(job));
  return message != nullptr && message->job == job ? message : nullptr;
}

// The message leaves the count only now: the one being processed is part of the load.
void FreeHandshakeIn(Device::State& device, HandshakeIn* message, DropReason reason, PeerId peer,
                     Effects* fx) {
  fx->dropped.push_back({std::move(message->datagram.payload), reason, peer});
  message->job = 0;
  message->fate.reset();
  message->opened.reset();
  device.handshakes_in.Free(message);
}

}  // namespace

void EnqueueHandshake(Device::State& device, Datagram datagram, MessageType type, Effects* fx) {
  if (device.handshakes_in.live() >= device.profile.max_queued_handshakes) {
    fx->dropped.push_back({std::move(datagram.payload), DropReason::kHandshakeQueueFull});
    return;
  }
  HandshakeIn* message = device.handshakes_in.Allocate();
  message->datagram = std::move(datagram);
  message->type = type;
  message->job = device.NewJob(message->slot);
  EmitWork(fx, WorkKind::kHandshakeIn, type, 1,
           static_cast<uint32_t>(message->datagram.payload.size()), PeerId::kNone, message->job);
}

HandshakeFate ExamineHandshakeIn(Device::State& device, Now now, uint64_t job) {
  HandshakeIn* message = FindHandshakeIn(device, job);
  if (message == nullptr) return HandshakeFate::kScreenedOut;
  if (!message->fate.has_value()) message->fate = Examine(device, now, message);
  return *message->fate;
}

bool RunHandshakeIn(Device::State& device, Now now, uint64_t job, Effects* fx) {
  HandshakeIn* message = FindHandshakeIn(device, job);
  if (message == nullptr) return false;
  ExamineHandshakeIn(device, now, job);
  const Peer* peer = ReceiveHandshakePacket(device, now, *message, fx);
  FreeHandshakeIn(device, message,
                  peer != nullptr ? DropReason::kConsumed : DropReason::kHandshakeRejected,
                  peer != nullptr ? peer->id : PeerId::kNone, fx);
  return true;
}

bool AbandonHandshakeIn(Device::State& device, uint64_t job, Effects* fx) {
  HandshakeIn* message = FindHandshakeIn(device, job);
  if (message == nullptr) return false;
  FreeHandshakeIn(device, message, DropReason::kHandshakeQueueFull, PeerId::kNone, fx);
  return true;
}

void DrainHandshakes(Device::State& device, Effects* fx) {
  for (uint32_t slot = 0; slot < device.handshakes_in.size(); ++slot) {
    HandshakeIn* message = device.handshakes_in.At(slot);
    if (message->job == 0) continue;
    FreeHandshakeIn(device, message, DropReason::kInterfaceDown, PeerId::kNone, fx);
  }
}

}  // namespace wg
