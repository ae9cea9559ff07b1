// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Device: one WireGuard interface as a value machine; the waist between the protocol and whatever
// drives it. Single-threaded; reads no clock, performs no I/O, draws randomness from one injected
// source. Every verb runs to completion and appends what it wants done to *fx; nothing calls back.
// Work leaves exactly where the kernel has a queue (device.c:wg_xmit, send.c, receive.c): the
// driver decides where and when it runs and how deep the shared rings are, Device keeps every
// per-peer order.
//
// Drivers: protocol/inline_driver (at once), sim/wg (on priced cores), tools/live (TUN and UDP).
//
// Requirements: NOISE-073 to 075 080; PEER-017 024 to 027 034 041 042; TX-001 to 006 015 016 041;
//   DEV-001 002 004 006 to 009 015 016 018 021.
#ifndef WGSIM_PROTOCOL_DEVICE_H_
#define WGSIM_PROTOCOL_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/census.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/effects.h"
#include "protocol/entropy.h"
#include "protocol/errno.h"
#include "protocol/peer_id.h"
#include "protocol/profile.h"
#include "protocol/ratelimiter.h"
#include "protocol/time.h"
#include "protocol/timer_wheel.h"

namespace wg {

// What is one per machine and not per device (module-global variables in the kernel): shared by all
// devices of a host.
struct Module {
  Module() = default;
  // For an implementation whose devices are machines of their own in this respect.
  explicit Module(const Profile& profile) : ratelimiter(profile.source_limit) {}

  uint64_t next_peer_id = 1;       // peer.c: peer_counter
  BootTime last_under_load{};      // receive.c: static last_under_load; epoch = not loaded
  RateLimiter ratelimiter;         // ratelimiter.c
  BootTime last_ratelimiter_gc{};  // whole seconds after the first device's creation
};

struct DeviceOptions {
  const Profile* profile;     // constants and grain of the modelled implementation
  const CryptoSuite* crypto;  // real or modelled ciphers
  Entropy* entropy;           // keys, indices, nonces, jitter
  BufferPool* pool;           // where own packets (handshakes, keepalives) come from
  Module* module;
  uint32_t mtu =
      1420;   // default MTU of the interface, for keepalives' padding and packets without a route
  Now now{};  // the instant of creation: age of the first cookie secret
  uint64_t netns = 0;  // namespace the interface lives in: sources are rate limited per namespace
  // How late timers go off, if the profile is of those that have theirs on the kernel's wheel;
  // default: never. Their jitter is drawn in its ticks.
  TimerWheel wheel{};
};

// Interface counters (ip -s link), spec/data 4.8 and 5.7.
struct DeviceCounters {
  uint64_t tx_packets = 0, tx_bytes = 0, tx_errors = 0, tx_aborted_errors = 0, tx_dropped = 0;
  uint64_t rx_packets = 0, rx_bytes = 0, rx_errors = 0, rx_frame_errors = 0, rx_length_errors = 0;
  // Not in the kernel's statistics; for reports.
  uint64_t initiations_sent = 0, responses_sent = 0, cookies_sent = 0, handshakes_completed = 0;
  uint64_t handshakes_initiated = 0;  // of those completed: as initiator
  uint64_t peers_created = 0, peers_removed = 0;
  uint64_t sessions_lost = 0;  // peers that were removed with a current keypair
  uint64_t stale_work = 0;            // work that found its peer, bundle, packet or message gone
};

// What decrypts an initiation and the session that comes of it: for capture files.
struct InitiationSecrets {
  PrivateKey static_private;
  PublicKey remote_static;
  PrivateKey ephemeral_private;
  PresharedKey preshared;  // all zero: none
};

class Device {
 public:
  // Everything pointed to must outlive the device.
  explicit Device(const DeviceOptions& options);
  // Dismantles, if nobody has, and ends the program if anything of the device is left then.
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  // Interface up (wg_open, after the driver bound the sockets) and down (wg_stop). REQUIRES: not in
  // that state.
  void Up(Now now, Effects* fx);
  void Down(Now now, Effects* fx);
  bool is_up() const;
  // The port that the driver bound the sockets to when the interface went up (wg_socket_init
  // remembers the one it got).
  void set_listen_port(uint16_t port);

  // An IP packet from the host's stack into the tunnel (wg_xmit). `mtu` is the route's MTU, or 0
  // for the device's. kOk: the packet has been taken. kNoKey, kDestAddrReq, kProtoNoSupport:
  // *packet stays with the caller, who returns the errno to a local sender and, except for
  // kProtoNoSupport, sends ICMP host unreachable (type 3 code 1; type 1 code 3). kNetDown: the
  // interface is down; that is the stack's own check, which counts nothing and sends no ICMP.
  Errno Transmit(Now now, Buffer* packet, uint32_t mtu, Effects* fx);
  // The same for the segments of one super-packet (GSO, wg_xmit after skb_gso_segment): looked up
  // once, by the first, and refused or taken as a whole; a refusal counts one error, not one per
  // segment. They are staged together after the limit has been enforced, so none of them is lost to
  // it, and leave as one bundle. REQUIRES: 1 to kMaxBurst packets, all for the same inner address.
  static constexpr size_t kMaxBurst =
      8192;  // 64 KiB (GSO_LEGACY_MAX_SIZE) in the shortest segments, 8 bytes
  Errno TransmitBurst(Now now, absl::Span<Buffer> packets, uint32_t mtu, Effects* fx);

  // A UDP datagram whose checksum is good (wg_receive). Takes the buffer.
  void Receive(Now now, Datagram datagram, Effects* fx);

  // Appends the tags of the packets that this kSeal or kOpen is about; other kinds have none. For observers.
  void AppendTags(const Work& work, std::vector<uint64_t>* tags) const;

  // The first half of a kHandshakeIn, for drivers to whom it matters how long it takes: to be called
  // when it begins, and Run when it ends. Changes only what says whether there is load and who sent
  // how much. Of work that is gone: kScreenedOut. Run does it where it has not been done.
  HandshakeFate Examine(Now now, const Work& work);

  // Work that this device asked for, at the instant it is done. Work for a peer that is gone is a
  // counted no-op. `work` may be an element of fx->work.
  void Run(Now now, const Work& work, Effects* fx);

  // The driver had no room for this kSeal, kOpen or kHandshakeIn (ring full): the packet dies in
  // its place in the per-peer order (wg_packet_create_data, wg_packet_consume_data:
  // PACKET_STATE_DEAD).
  void Abandon(Now now, const Work& work, Effects* fx);

  // Runs every timer with a deadline <= now. May be called early or late.
  void OnTimer(Now now, Effects* fx);
  // No timer is due before this instant (it may turn out that none is due then either); kNever if
  // there is none.
  BootTime NextTimer() const;

  // Takes all peers and everything that waits away (wg_destruct); what that drops goes to *fx.
  // Afterwards census() is all zero. Work that is still outstanding finds nothing.
  void Dismantle(Effects* fx);

  // What became of a datagram from fx->datagrams. To be told once for each, at the instant it is
  // handed to the socket; the payload may be gone from it by then. Counts for interface and peer,
  // and arms "new handshake" for data that left (wg_socket_send_skb_to_peer,
  // wg_packet_create_data_done; ip_tunnel_core).
  void OnDatagramSent(Now now, const Datagram& datagram, SendOutcome outcome);

  // The sticky source of this peer's datagrams is no longer an address here, or the route leaves
  // elsewhere (send4, send6; spec/data section 6.5 steps 3 and 5). Nothing happens if the peer is
  // gone.
  void ForgetSource(PeerId peer);

  // The machine is about to sleep: handshakes and keys are forgotten (wg_pm_notification). It was
  // cloned: whatever the clone might use, too, is not used for sending any more
  // (wg_vm_notification).
  void PrepareSuspend();
  void OnVmFork(Now now);
  // It has woken up; the next call's `now` is later by `slept`, too. Ages of keys and cookies and the gate count sleep
  // (boot time), timers do not (jiffies): each has as long to go as before. NextTimer is to be asked again.
  // REQUIRES: slept >= 0.
  void OnResume(Duration slept);

  // The machine has lost its power: peers, identity, port and mark are gone, and everything that waits; what that
  // drops goes to *fx. The secret of cookies and the counters stay. May be configured again. REQUIRES: down.
  void LoseMemory(Effects* fx);

  // The interface was moved to another namespace.
  void set_netns(uint64_t netns);
  // The namespace that the interface was created in, where its sockets are, ends: sources are forgotten, and port and
  // mark cannot be configured any more (wg_netns_pre_exit). The driver closes the sockets and opens none again.
  void OnCreatingNetnsGone();

  // What every datagram is to be marked with; 0: not (wg_device.fwmark, read by send4 and send6).
  uint32_t fwmark() const;
  // Something of this peer's waits or is being worked on: a bundle, a received packet, an initiation. What the flushes
  // of peer_remove_after_dead wait for; nothing is added for a peer that is dead. False for one that is gone.
  bool HasQueued(PeerId peer) const;

  // Who an inner address belongs to right now (wg_allowedips_lookup_dst): public key or nullptr.
  // For observers.
  const PublicKey* Owner(const IpAddress& address) const;
  // How many trie nodes a look-up of the address looks at right now: what its price depends on.
  uint32_t LookupDepth(const IpAddress& address) const;

  // Of the initiation that this peer was sent last, as long as its handshake is under way. False if there is none.
  bool SecretsOfInitiation(PeerId peer, InitiationSecrets* secrets) const;

  GetDevice Get() const;
  const DeviceCounters& counters() const;
  DeviceCensus census() const;

  // The protocol's own files and ConfigSession work on this (device_state.h); nobody else can see
  // inside.
  struct State;
  State& state() { return *state_; }
  const State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_DEVICE_H_
