// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Reassembler: puts fragments together (net/ipv4/ip_fragment.c, net/ipv6/reassembly.c), within a
// bound of memory and time. An exact duplicate is dropped; any other overlap ends the whole
// datagram, as in the kernel.
#ifndef WGSIM_SIM_NET_REASSEMBLY_H_
#define WGSIM_SIM_NET_REASSEMBLY_H_

#include <chrono>
#include <cstdint>
#include <vector>

#include "absl/container/btree_map.h"
#include "protocol/ip.h"
#include "sim/event_loop.h"
#include "sim/net/fabric.h"
#include "sim/net/headers.h"
#include "sim/net/packet.h"
#include "sim/time.h"
#include "sim/timer.h"

namespace net {

class Reassembler : public sim::Actor {
 public:
  static constexpr sim::Duration kTimeout = std::chrono::seconds(30);    // net.ipv4.ipfrag_time
  static constexpr sim::Duration kTimeoutV6 = std::chrono::seconds(60);  // net.ipv6.ip6frag_time
  static constexpr uint64_t kMaxBytes = 4 << 20;                         // ipfrag_high_thresh

  // Told when a datagram is given up although its first fragment is there: reason for an ICMP
  // "reassembly time exceeded". The fragment is only looked at.
  class Observer {
   public:
    virtual ~Observer() = default;
    virtual void OnReassemblyTimeout(const Packet& first_fragment) = 0;
  };

  // `observer` outlives the reassembler.
  Reassembler(Fabric* fabric, sim::EntityId place, Observer* observer);
  ~Reassembler() override;

  // Takes a fragment. True if it completed a datagram: *packet is then the whole, with the tag and
  // charge of its last piece. False: *packet is kept here or dropped. REQUIRES: header is *packet's
  // and is_fragment().
  bool Add(const IpHeader& header, Packet* packet);

  // Datagrams waiting for more, and their bytes.
  size_t waiting() const { return waiting_.size(); }
  uint64_t bytes() const { return bytes_; }

  void OnEvent(uint64_t arg) override;

 private:
  struct Key {
    wg::IpAddress source, destination;
    uint32_t id;
    uint8_t protocol;
    friend bool operator==(const Key&, const Key&) = default;
    friend std::strong_ordering operator<=>(const Key&, const Key&) = default;
  };
  struct Piece {
    uint32_t offset, size;
    uint16_t header_size;
    Packet packet;
  };
  struct Datagram {
    sim::Time deadline;
    uint32_t total = 0;         // payload bytes; 0: the last piece has not come
    uint32_t gathered = 0;      // payload bytes here
    std::vector<Piece> pieces;  // by offset
  };
  using Table = absl::btree_map<Key, Datagram>;

  // kNone if the piece fits.
  Drop Insert(Datagram* datagram, const IpHeader& header, Packet* packet, bool* overlap);
  Packet Join(Datagram* datagram, const IpHeader& header);
  void GiveUp(Table::iterator it, Drop why);
  void ArmTimer();

  Fabric* const fabric_;
  Observer* const observer_;
  Table waiting_;
  uint64_t bytes_ = 0;
  sim::Timer timer_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_REASSEMBLY_H_
