// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// CostModel: what each piece of work costs on the modelled machine. A pure function of the
// description of the work; the protocol never mentions prices. Values come from
// cost_models/*.textproto, where every number names its source.
//
// Prices are integers in picoseconds (a nanosecond is too coarse for "per byte"); a charge is
// rounded to the nearest nanosecond once, when a task's whole price is known.
#ifndef WGSIM_SIM_WG_COST_MODEL_H_
#define WGSIM_SIM_WG_COST_MODEL_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "protocol/config_step.h"
#include "protocol/effects.h"
#include "sim/time.h"

namespace wgnode {

// Everything that has a price, by the name it has in the text file (CostName: lower case, without
// the k).
enum class Cost : uint8_t {
  // The host's stack and its applications.
  kSyscall,          // into the kernel and back
  kUdpSend,          // application's datagram down to the interface; unit: byte
  kUdpReceive,       // application takes a datagram; unit: byte
  kWakeUp,           // of a process that slept: try_to_wake_up and its way back to user mode; switch and idle exit come on top
  kNicReceive,       // driver, IP and UDP input of one packet in softirq; unit: byte
  kNicInterrupt,     // hard interrupt and scheduling of the poll, once per interrupt
  kLoopbackReceive,  // backlog input of one packet
  kIcmpSend,         // building and sending one ICMP error
  // The machine.
  kContextSwitch,  // the scheduler puts another thread on a core
  kIdleExit,       // an idle core is woken and leaves its idle state
  kNapiPoll,       // one round of one poll (net_rx_action), beside its packets
  kGroReceive,     // one packet through generic receive offload
  kGsoSegment,     // one segment cut from a super-packet in software; unit: byte
  kRingLock,       // how long a producer or consumer holds the lock of a ring
  kSocketLock,     // how long a receive queue's lock is held for one datagram
  kTransmitLock,   // how long the lock of a transmit queue is held for one packet
  kLockHandover,   // a sleeping lock passes from its holder to a waiter
  kTunRead,        // a program takes one packet from its TUN device; unit: byte
  kTunWrite,       // a program gives one packet to its TUN device; unit: byte
  // WireGuard's data path.
  kXmit,               // wg_xmit up to and with the enqueue of the bundle; unit: trie node visited
  kReceive,            // wg_receive: validation, index lookup, enqueue
  kSeal,               // wg_packet_encrypt_worker, one bundle; unit: byte
  kTransmit,           // wg_packet_tx_worker and IP output; unit: packet
  kOpen,               // wg_packet_decrypt_worker, one packet; unit: byte
  kDeliver,            // wg_packet_rx_poll of one packet, IP and UDP input behind it; unit: byte
  kHandshakeCheck,     // look at a handshake message's macs, and drop it
  kHandshakeChallenge,  // look at its macs, and send a cookie
  kHandshakeRefused,   // open an initiation that is nobody's here or too old, and drop it
  kHandshakeInit,      // consume an initiation and answer it
  kHandshakeResponse,  // consume a response
  kHandshakeCookie,    // consume a cookie reply
  kHandshakeOut,       // create and send an initiation
  kWipe,               // forget a peer's keys
  // Configuration.
  kNetlinkMessage,   // one SET_DEVICE message: send, parse, locks, acknowledgement; unit: byte
  kConfigFixed,      // any configuration step that has no entry of its own
  kSetPrivateKey,    // unit: peer (static-static secret)
  kCreatePeer,       // allocation, static-static secret, cookie keys, NAPI
  kRemoveAllowedIp,  // unit: trie node visited
  kInsertAllowedIp,  // unit: trie node visited
  kAllocateNode,     // one trie node out of the slab cache
  kDestroyPeer,      // workqueue flushes' own work, NAPI, freeing
  kGracePeriod,  // latency of one expedited network grace period, beyond waiting for the other CPUs
  kFlushQueues,  // latency of flushing the work queues, beyond the work itself
};
inline constexpr int kCosts = 43;
// "udp_send".
absl::string_view CostName(Cost cost);
// What a unit of this cost is ("byte", "trie node", ...), "" for a cost without units.
absl::string_view CostUnit(Cost cost);
std::optional<Cost> FindCost(absl::string_view name);

struct Price {
  int64_t fixed_ps = 0;
  int64_t per_unit_ps = 0;
};

class CostModel {
 public:
  // Everything costs nothing.
  CostModel() = default;

  const std::string& name() const { return name_; }
  void set_name(absl::string_view name) { name_ = std::string(name); }
  const Price& price(Cost cost) const { return prices_[static_cast<int>(cost)]; }
  void set_price(Cost cost, Price price) { prices_[static_cast<int>(cost)] = price; }

  // Price of `units` units, in picoseconds.
  int64_t Picoseconds(Cost cost, uint64_t units = 0) const {
    const Price& p = price(cost);
    return p.fixed_ps + p.per_unit_ps * static_cast<int64_t>(units);
  }
  // The same rounded to nanoseconds.
  sim::Duration Charge(Cost cost, uint64_t units = 0) const {
    return Rounded(Picoseconds(cost, units));
  }
  // Work that a Device asked for. `fate`: of a kHandshakeIn.
  sim::Duration Charge(const wg::Work& work,
                       wg::HandshakeFate fate = wg::HandshakeFate::kConsumed) const;
  // One step of a configuration session, without what it waits for.
  sim::Duration Charge(const wg::ConfigStep& step) const;

  static sim::Duration Rounded(int64_t picoseconds) {
    return sim::Duration((picoseconds + 500) / 1000);
  }

 private:
  std::string name_;
  std::array<Price, kCosts> prices_{};
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_COST_MODEL_H_
