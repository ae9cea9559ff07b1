// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The timers of a peer (timers.c; spec/handshake section 6). Callers report facts; what that means
// for the five timers is decided here and nowhere else:
//
//   retransmit handshake  5 s + jitter   our initiation has no answer yet
//   send keepalive        10 s           data came in, nothing went out since
//   new handshake         15 s + jitter  data went out, nothing came in since
//   zero key material     540 s          no new session
//   persistent keepalive  interval       what the user asked for
//
// Each goes off exactly then, or when the machine's timer wheel gets there (DeviceOptions::wheel).
// Ages (birthdate.h) are no timers and are compared exactly all the same.
//
// A timer is armed only while the interface is up and the peer not dead. Callers with a reference
// to a dead peer may report what they like.
//
// Requirements: NOISE-088; TIMER-001 to 028 032 033 035 to 047 049 to 057 060 to 062; TX-012 029
//   032 038 039; RX-028 030.
#ifndef WGSIM_PROTOCOL_TIMERS_H_
#define WGSIM_PROTOCOL_TIMERS_H_

#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/peer.h"
#include "protocol/time.h"
#include "protocol/timer_queue.h"

namespace wg {

// A datagram of data, not a keepalive, was handed to UDP without error. Arms "new handshake" if
// idle (wg_timers_data_sent).
void TimersDataSent(Device::State& device, Now now, Peer& peer);

// Data, not a keepalive, came in: authentic and fresh, before any look inside. Arms "send
// keepalive" if idle, else remembers that another is needed (wg_timers_data_received).
void TimersDataReceived(Device::State& device, Now now, Peer& peer);

// An initiation, a response or a bundle is about to be sent. Cancels "send keepalive"
// (wg_timers_any_authenticated_packet_sent).
void TimersAnyAuthenticatedPacketSent(Now now, Peer& peer);

// An initiation or response was accepted, or a data message or keepalive was authentic and fresh.
// Cancels "new handshake" (wg_timers_any_authenticated_packet_received).
void TimersAnyAuthenticatedPacketReceived(Peer& peer);

// An initiation was sent, or would have been with a route. Moves "retransmit handshake"
// (wg_timers_handshake_initiated).
void TimersHandshakeInitiated(Device::State& device, Now now, Peer& peer);

// The session may be used: a response was accepted, or the first packet came under the next
// keypair. Cancels "retransmit handshake", forgets attempts, stamps the latest handshake
// (wg_timers_handshake_complete).
void TimersHandshakeComplete(Device::State& device, Now now, Peer& peer);

// A keypair was made. Moves "zero key material" (wg_timers_session_derived).
void TimersSessionDerived(Device::State& device, Now now, Peer& peer);

// Goes with every ...Sent and ...Received of "any authenticated packet". Moves "persistent
// keepalive" (wg_timers_any_authenticated_packet_traversal).
void TimersAnyAuthenticatedPacketTraversal(Device::State& device, Now now, Peer& peer);

// Cancels all five; a key wipe that is on its way happens now (wg_timers_stop).
void TimersStop(Device::State& device, Peer& peer);
// Cancels "zero key material" alone, for a machine that goes to sleep (wg_pm_notification).
void TimersCancelZeroKeyMaterial(Peer& peer);
// Everything pending, of every peer, comes due `delay` later: a timer counts no sleep.
void TimersPostponeAll(Device::State& device, Duration delay);

// The work kWipe: forgets handshake and keypairs; endpoint and cookie stay, and so do staged
// packets unless the profile says otherwise (wg_queued_expired_zero_key_material). False: `job` is
// of something that is gone.
bool RunWipe(Device::State& device, uint64_t job, Effects* fx);

// Runs every timer whose deadline is not after `now`, in the order of TimerQueue.
void ExpireTimers(Device::State& device, Now now, Effects* fx);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_TIMERS_H_
