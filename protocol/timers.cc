// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/timers.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "protocol/check.h"
#include "protocol/device_state.h"
#include "protocol/messages.h"
#include "protocol/profile.h"
#include "protocol/send.h"
#include "protocol/timer_wheel.h"

namespace wg {
namespace {

constexpr Duration kNewHandshakeDelay = kKeepaliveTimeout + kRekeyTimeout;
constexpr Duration kZeroKeyMaterialDelay = 3 * kRejectAfterTime;

// Stale entries are swept out when there are more than this many per peer, live ones being at most
// kTimers.
constexpr size_t kQueueEntriesPerPeer = 4 * kTimers;

PeerTimer& TimerOf(Peer& peer, TimerId id) { return peer.timers[static_cast<int>(id)]; }

bool SpeaksForTimer(const Device::State& device, const TimerQueue::Entry& entry) {
  const Peer* peer = device.peer_at(entry.slot);
  return peer != nullptr && peer->id == entry.peer &&
         peer->timers[static_cast<int>(entry.timer)].queued == entry.deadline;
}

void Enqueue(Device::State& device, const Peer& peer, TimerId id, PeerTimer& timer) {
  if (device.timers.size() >=
      std::max(TimerQueue::kReserved, kQueueEntriesPerPeer * device.num_peers)) {
    device.timers.Compact(
        [&](const TimerQueue::Entry& entry) { return SpeaksForTimer(device, entry); });
  }
  timer.queued = timer.expires;
  device.timers.Push({timer.expires, peer.id, peer.slot, id});
}

// mod_peer_timer
void Arm(Device::State& device, Now now, Peer& peer, TimerId id, Duration delay,
         uint32_t jitter = 0) {
  if (!device.is_up || peer.is_dead) return;
  PeerTimer& timer = TimerOf(peer, id);
  timer.expires = device.wheel.Expiry(now.boot, delay, jitter);
  if (timer.expires < timer.queued) Enqueue(device, peer, id, timer);
}

void ArmIfIdle(Device::State& device, Now now, Peer& peer, TimerId id, Duration delay,
               uint32_t jitter = 0) {
  if (!TimerOf(peer, id).pending()) Arm(device, now, peer, id, delay, jitter);
}

void Cancel(Peer& peer, TimerId id) { TimerOf(peer, id).expires = kNever; }

// In ticks, as the wheel counts them: without one in whole milliseconds, which is a tick of Linux at HZ = 1000 and what
// wireguard-go draws, too.
uint32_t Jitter(Device::State& device) {
  auto ceiling = static_cast<uint32_t>(device.profile.max_jitter / std::chrono::milliseconds(1));
  if (!device.wheel.exact()) {
    ceiling = std::min(ceiling, RekeyTimeoutJitterMaxJiffies(device.wheel.hz()));
  }
  return ceiling == 0 ? 0 : device.entropy.NextUint32Below(ceiling);
}

// wg_expired_retransmit_handshake
void ExpiredRetransmitHandshake(Device::State& device, Now now, Peer& peer, Effects* fx) {
  if (peer.timer_handshake_attempts > device.profile.max_timer_handshakes) {
    Cancel(peer, TimerId::kSendKeepalive);
    PurgeStagedPackets(device, peer, fx);
    if (device.profile.giving_up_forgets_sessions) peer.ForgetSessions(device.index_table);
    ArmIfIdle(device, now, peer, TimerId::kZeroKeyMaterial, kZeroKeyMaterialDelay);
    return;
  }
  ++peer.timer_handshake_attempts;
  peer.endpoint.ClearSource();
  SendQueuedHandshakeInitiation(device, now, peer, /*is_retry=*/true, fx);
}

// wg_expired_send_keepalive
void ExpiredSendKeepalive(Device::State& device, Now now, Peer& peer, Effects* fx) {
  SendKeepalive(device, now, peer, fx);
  if (peer.timer_need_another_keepalive) {
    peer.timer_need_another_keepalive = false;
    Arm(device, now, peer, TimerId::kSendKeepalive, kKeepaliveTimeout);
  }
}

// wg_expired_new_handshake
void ExpiredNewHandshake(Device::State& device, Now now, Peer& peer, Effects* fx) {
  peer.endpoint.ClearSource();
  SendQueuedHandshakeInitiation(device, now, peer, /*is_retry=*/false, fx);
}

// wg_expired_zero_key_material
void ExpiredZeroKeyMaterial(Device::State& device, Peer& peer, Effects* fx) {
  if (peer.is_dead || peer.wipe_job != 0) return;
  peer.wipe_job = device.NewJob(peer.slot);
  EmitWork(fx, WorkKind::kWipe, MessageType::kInvalid, 0, 0, peer.id, peer.wipe_job);
}

// wg_expired_send_persistent_keepalive
void ExpiredSendPersistentKeepalive(Device::State& device, Now now, Peer& peer, Effects* fx) {
  if (peer.persistent_keepalive_interval == 0) return;
  SendKeepalive(device, now, peer, fx);
  if (!device.profile.traffic_delays_persistent_keepalive) {
    TimersAnyAuthenticatedPacketTraversal(device, now, peer);
  }
}

void Expire(Device::State& device, Now now, Peer& peer, TimerId id, Effects* fx) {
  switch (id) {
    case TimerId::kRetransmitHandshake:
      return ExpiredRetransmitHandshake(device, now, peer, fx);
    case TimerId::kSendKeepalive:
      return ExpiredSendKeepalive(device, now, peer, fx);
    case TimerId::kNewHandshake:
      return ExpiredNewHandshake(device, now, peer, fx);
    case TimerId::kZeroKeyMaterial:
      return ExpiredZeroKeyMaterial(device, peer, fx);
    case TimerId::kPersistentKeepalive:
      return ExpiredSendPersistentKeepalive(device, now, peer, fx);
  }
}

}  // namespace

void TimersDataSent(Device::State& device, Now now, Peer& peer) {
  if (TimerOf(peer, TimerId::kNewHandshake).pending()) return;
  Arm(device, now, peer, TimerId::kNewHandshake, kNewHandshakeDelay, Jitter(device));
}

void TimersDataReceived(Device::State& device, Now now, Peer& peer) {
  if (!device.is_up) return;
  if (device.profile.keepalive_follows_sending) {
    const BootTime due = std::max(now.boot, peer.last_sent + kKeepaliveTimeout);
    ArmIfIdle(device, now, peer, TimerId::kSendKeepalive, due - now.boot, Jitter(device));
  } else if (TimerOf(peer, TimerId::kSendKeepalive).pending()) {
    peer.timer_need_another_keepalive = true;
  } else {
    Arm(device, now, peer, TimerId::kSendKeepalive, kKeepaliveTimeout);
  }
}

void TimersAnyAuthenticatedPacketSent(Now now, Peer& peer) {
  peer.last_sent = now.boot;
  Cancel(peer, TimerId::kSendKeepalive);
}

void TimersAnyAuthenticatedPacketReceived(Peer& peer) { Cancel(peer, TimerId::kNewHandshake); }

void TimersHandshakeInitiated(Device::State& device, Now now, Peer& peer) {
  Arm(device, now, peer, TimerId::kRetransmitHandshake, kRekeyTimeout, Jitter(device));
}

void TimersHandshakeComplete(Device::State& device, Now now, Peer& peer) {
  Cancel(peer, TimerId::kRetransmitHandshake);
  peer.timer_handshake_attempts = 0;
  peer.sent_lastminute_handshake = false;
  peer.walltime_last_handshake = now.wall;
  ++device.counters.handshakes_completed;
}

void TimersSessionDerived(Device::State& device, Now now, Peer& peer) {
  Arm(device, now, peer, TimerId::kZeroKeyMaterial, kZeroKeyMaterialDelay);
}

void TimersAnyAuthenticatedPacketTraversal(Device::State& device, Now now, Peer& peer) {
  if (peer.persistent_keepalive_interval == 0) return;
  const PeerTimer& timer = TimerOf(peer, TimerId::kPersistentKeepalive);
  if (timer.pending() && !device.profile.traffic_delays_persistent_keepalive) return;
  Arm(device, now, peer, TimerId::kPersistentKeepalive,
      std::chrono::seconds(peer.persistent_keepalive_interval));
}

void TimersStop(Device::State& device, Peer& peer) {
  for (PeerTimer& timer : peer.timers) timer.expires = kNever;
  if (peer.wipe_job != 0) peer.ForgetSessions(device.index_table);
  peer.wipe_job = 0;
}

void TimersCancelZeroKeyMaterial(Peer& peer) { Cancel(peer, TimerId::kZeroKeyMaterial); }

void TimersPostponeAll(Device::State& device, Duration delay) {
  CHECK_GE(delay.count(), 0);
  device.wheel.Sleep(delay);
  device.timers.PostponeAll(delay);
  for (const std::unique_ptr<Peer>& peer : device.peers) {
    if (peer == nullptr) continue;
    for (PeerTimer& timer : peer->timers) {
      if (timer.pending()) timer.expires += delay;
      if (timer.queued != kNever) timer.queued += delay;
    }
  }
}

bool RunWipe(Device::State& device, uint64_t job, Effects* fx) {
  Peer* peer = device.PeerOf(job);
  if (peer == nullptr || peer->wipe_job != job) return false;
  peer->wipe_job = 0;
  peer->ForgetSessions(device.index_table);
  if (device.profile.wipe_drops_staged) PurgeStagedPackets(device, *peer, fx);
  return true;
}

void ExpireTimers(Device::State& device, Now now, Effects* fx) {
  while (device.timers.next() <= now.boot) {
    const TimerQueue::Entry entry = device.timers.Pop();
    if (!SpeaksForTimer(device, entry)) continue;
    Peer& peer = *device.peer_at(entry.slot);
    PeerTimer& timer = TimerOf(peer, entry.timer);
    timer.queued = kNever;
    if (timer.expires > entry.deadline) {  // cancelled or postponed since
      if (timer.pending()) Enqueue(device, peer, entry.timer, timer);
      continue;
    }
    timer.expires = kNever;
    Expire(device, now, peer, entry.timer, fx);
  }
}

}  // namespace wg
