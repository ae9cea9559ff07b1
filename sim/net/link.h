// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Link: a cable between two ports. Its two directions are independent and each is a pipe:
//
//   Send -> [bounded queue -> rate] -> loss -> corrupt -> duplicate -> delay + jitter (+ reorder)
//   -> Port::OnArrival
//
// Impairments act on what has been sent (a lost packet has used the rate). Probabilities are in
// parts per billion, each drawn from a stream of its own that is touched only while that impairment
// is on, so that switching one on does not disturb the others.
//   jitter   adds a uniform [0, jitter] to the delay and never changes the order: a packet does not
//   arrive before the
//            one sent before it.
//   reorder  delays the chosen packet by reorder_delay more, so that those sent meanwhile overtake
//   it. corrupt  flips one bit, uniform over the packet. Checksums then fail, or not, by
//   themselves. duplicate  the copy arrives right behind the original.
//
// One pending event per direction, for the earliest arrival, however many packets are in flight.
#ifndef WGSIM_SIM_NET_LINK_H_
#define WGSIM_SIM_NET_LINK_H_

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "sim/event_loop.h"
#include "sim/net/fabric.h"
#include "sim/net/move_ring.h"
#include "sim/net/port.h"
#include "sim/net/transmitter.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace net {

struct LinkOptions {
  Transmitter::Options transmitter{};
  sim::Duration delay{0};
  sim::Duration jitter{0};
  sim::Duration reorder_delay{0};
  uint64_t loss_ppb = 0;
  uint64_t corrupt_ppb = 0;
  uint64_t duplicate_ppb = 0;
  uint64_t reorder_ppb = 0;
};

// offered + duplicated = delivered + queue_drops + down_drops + lost + in_flight(), always.
struct LinkCounters {
  uint64_t offered = 0, offered_bytes = 0;
  uint64_t delivered = 0, delivered_bytes = 0;
  uint64_t queue_drops = 0;
  uint64_t down_drops = 0;
  uint64_t lost = 0;
  uint64_t corrupted = 0;
  uint64_t duplicated = 0;
  uint64_t reordered = 0;
};

class LinkDirection : public sim::Actor {
 public:
  // `fabric` outlives the link.
  LinkDirection(Fabric* fabric, absl::string_view name, const LinkOptions& options,
                const sim::Rng& rng);
  ~LinkDirection() override = default;

  // Where packets arrive. nullptr: they are dropped on arrival (kLinkDown). The port outlives the
  // link or is detached.
  void set_receiver(Port* receiver) { receiver_ = receiver; }

  // Takes the packet (kNone), or says why not (kQueueFull, kLinkDown): then it stays with the
  // caller, who reports it. Not bounded: the sender has a queue of its own before this one, whose
  // bound it keeps (Nic).
  Drop Send(Packet* packet, bool bounded = true);
  // When everything sent so far will have left.
  sim::Time idle_at() const { return transmitter_.busy_until(); }

  // Down: everything queued or in flight is lost (kLinkDown), and so is what is sent from now on.
  void SetUp(bool up);
  bool up() const { return up_; }
  // Takes effect for packets sent from now on; the order of arrivals is kept across a change of
  // delay.
  void set_options(const LinkOptions& options);
  const LinkOptions& options() const { return options_; }

  const LinkCounters& counters() const { return counters_; }
  // Accepted and not yet delivered: queued, being sent, or under way.
  uint64_t in_flight() const { return ordered_.size() + late_.size(); }
  uint32_t queued_packets() { return transmitter_.queued_packets(fabric_->now()); }
  uint64_t queued_bytes() { return transmitter_.queued_bytes(fabric_->now()); }

  void OnEvent(uint64_t generation) override;

 private:
  struct InFlight {
    sim::Time arrival;
    Packet packet;
  };

  void Corrupt(Packet* packet);
  void Launch(Packet&& packet, sim::Time departure, bool late);
  // The queue whose head arrives first; nullptr if both are empty. A late packet was sent first: it
  // wins a tie.
  MoveRing<InFlight>* Earliest();
  void ScheduleHead();

  Fabric* const fabric_;
  LinkOptions options_;
  Transmitter transmitter_;
  Port* receiver_ = nullptr;
  bool up_ = true;
  // Both by arrival time.
  MoveRing<InFlight> ordered_;
  MoveRing<InFlight> late_;                // reordered ones
  sim::Time scheduled_ = sim::kEndOfTime;  // of the pending event that counts
  uint64_t generation_ = 0;                // its argument
  sim::Rng loss_, corrupt_, duplicate_, reorder_, jitter_;
  LinkCounters counters_;
};

class Link {
 public:
  // Side 0 sends with `forward`, side 1 with `backward`. Streams of chance are forks of `rng` by
  // the link's name.
  Link(Fabric* fabric, absl::string_view name, const LinkOptions& forward,
       const LinkOptions& backward, const sim::Rng& rng);

  // What side `side` sends into. REQUIRES: 0 or 1.
  LinkDirection* transmit(int side) { return directions_[side].get(); }
  // What arrives at side `side` goes to `port`.
  void Attach(int side, Port* port);
  // Both directions; tells both ports if it was not so.
  void SetUp(bool up);
  // Either direction.
  bool up() const { return directions_[0]->up() || directions_[1]->up(); }

 private:
  std::unique_ptr<LinkDirection> directions_[2];
  Port* ports_[2] = {};
};

}  // namespace net

#endif  // WGSIM_SIM_NET_LINK_H_
