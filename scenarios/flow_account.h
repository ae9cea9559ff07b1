// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// FlowAccount: what became of every packet of one flow. A flow is packets from one application to one inner address;
// each packet offered ends as exactly one of
//
//   delivered    the receiving application got it (late if after the flow's deadline; late ones are delivered)
//   refused      the send call failed; the errno is kept
//   misdirected  it was sealed to a peer that is not the owner of its address
//   dropped      it died somewhere; place and reason are kept
//   in flight    none of these when the run ended
//
// so that offered is always the sum. A link may duplicate: a packet is delivered if any copy is, and a copy that
// dies later changes nothing. A packet that travels in pieces is dropped where the first of them died. A misdirected or
// refused packet stays so, whatever becomes of it or of its pieces.
//
// Outage: a maximal run of consecutive packets that were not delivered; its length is from the first such offer to
// the next offer that was delivered (to the end of the run if there is none). Depends on the traffic.
#ifndef WGSIM_SCENARIOS_FLOW_ACCOUNT_H_
#define WGSIM_SCENARIOS_FLOW_ACCOUNT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "protocol/check.h"
#include "protocol/errno.h"
#include "sim/time.h"

namespace scenario {

enum class Fate : uint8_t { kInFlight, kDelivered, kRefused, kMisdirected, kDropped };

// A place and a reason by number; whoever knows the names gives them out (0 to 65535).
using DropCause = uint16_t;

struct Outage {
  uint64_t first = 0;    // sequence number of the first packet lost
  uint64_t packets = 0;  // how many in a row
  sim::Time begin{};
  sim::Time end{};
  sim::Duration length() const { return end - begin; }
};

struct FlowTotals {
  uint64_t offered = 0;
  uint64_t delivered = 0;
  uint64_t refused = 0;
  uint64_t misdirected = 0;
  uint64_t dropped = 0;
  uint64_t in_flight = 0;
  uint64_t late = 0;        // among delivered
  uint64_t duplicates = 0;  // further copies of delivered packets; not in the sum

  FlowTotals& operator+=(const FlowTotals& other);
  bool Balances() const {
    return offered == delivered + refused + misdirected + dropped + in_flight;
  }
};

class FlowAccount {
 public:
  // `deadline` after the offer a delivery counts as late; 0 = never.
  explicit FlowAccount(sim::Duration deadline) : deadline_(deadline) {}

  // A packet is offered at `now`. Returns its sequence number: 0, 1, 2, ...
  uint64_t Offer(sim::Time now);
  // REQUIRES for all: `seq` was offered.
  void Refused(uint64_t seq, wg::Errno error);
  void Misdirected(uint64_t seq);
  void Dropped(uint64_t seq, DropCause cause);
  void Delivered(uint64_t seq, sim::Time now);

  // REQUIRES for all: `seq` was offered. `delay` is that of a delivered packet.
  Fate fate(uint64_t seq) const { return packets_[seq].fate; }
  sim::Time offered_at(uint64_t seq) const { return packets_[seq].offered; }
  sim::Duration delay(uint64_t seq) const { return packets_[seq].delay; }
  const FlowTotals& totals() const { return totals_; }
  // Packets refused with each errno, and packets that ended in each place.
  const absl::btree_map<wg::Errno, uint64_t>& refusals() const { return refusals_; }
  absl::btree_map<DropCause, uint64_t> DropCauses() const;
  // In order. Packets in flight at the end of the sequence are not lost yet and end no run; `end` closes a run that
  // reaches the last packet.
  std::vector<Outage> Outages(sim::Time end) const;
  // One-way delays of the delivered packets, in order of the offers.
  std::vector<sim::Duration> Delays() const;

 private:
  struct Entry {
    sim::Time offered;
    sim::Duration delay{};  // of a delivered packet
    Fate fate = Fate::kInFlight;
    DropCause cause = 0;  // of a dropped packet
  };
  // REQUIRES: `seq` was offered.
  Entry& packet(uint64_t seq) {
    CHECK_LT(seq, packets_.size());
    return packets_[seq];
  }

  const sim::Duration deadline_;
  FlowTotals totals_;
  std::vector<Entry> packets_;  // by sequence number
  absl::btree_map<wg::Errno, uint64_t> refusals_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FLOW_ACCOUNT_H_
