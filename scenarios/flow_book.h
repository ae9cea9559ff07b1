// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// FlowBook: the accounts of all flows of a run. Every packet that a flow offers carries a tag from here through every
// header and every seal; whoever lets it die reports the tag, the place and the reason. What has no tag (handshakes,
// keepalives, ICMP) belongs to no flow and is not accounted here.
#ifndef WGSIM_SCENARIOS_FLOW_BOOK_H_
#define WGSIM_SCENARIOS_FLOW_BOOK_H_

#include <cstdint>
#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "protocol/effects.h"
#include "scenarios/flow_account.h"
#include "sim/net/drop.h"
#include "sim/time.h"
#include "sim/trace.h"
#include "sim/wg/wg_tunnel.h"

namespace scenario {

class FlowBook : public net::DropSink, public wgnode::TunnelObserver {
 public:
  // Flow number and sequence number of a tag.
  struct Tag {
    size_t flow;
    uint64_t seq;
  };

  // Opens the account of one more flow: 0, 1, 2, ... At most 2^23 of them, each with at most 2^40 packets.
  size_t Open(sim::Duration deadline);

  FlowAccount& account(size_t flow) { return accounts_[flow]; }
  const FlowAccount& account(size_t flow) const { return accounts_[flow]; }
  size_t size() const { return accounts_.size(); }

  // The tag of a packet; never 0.
  static uint64_t MakeTag(size_t flow, uint64_t seq) {
    return (static_cast<uint64_t>(flow) + 1) << kSeqBits | seq;
  }
  // REQUIRES: tag != 0.
  static Tag Read(uint64_t tag) {
    return {.flow = static_cast<size_t>((tag >> kSeqBits) - 1),
            .seq = tag & ((uint64_t{1} << kSeqBits) - 1)};
  }

  // Where a packet died and why, of a cause in FlowAccount::DropCauses().
  struct Cause {
    sim::EntityId place;
    absl::string_view reason;
    absl::string_view fault;  // to which it is due; empty: to none
  };
  const Cause& cause(DropCause cause) const { return causes_[cause]; }

  // Hears of everything that ends inside a device, with or without a tag; nullptr: nobody does. Outlives its use.
  void set_tunnel_observer(wgnode::TunnelObserver* observer) { tunnel_observer_ = observer; }

  // Asked for each packet that dies: the name of the fault to which that is due, or nothing. What it
  // returns outlives the book's use. Empty: there are no faults.
  using FaultOf = std::function<absl::string_view(sim::EntityId place, net::Drop why)>;
  void set_fault_of(FaultOf fault_of) { fault_of_ = std::move(fault_of); }

  void OnDrop(sim::Time time, sim::EntityId place, net::Drop why, const wg::Buffer& packet) override;
  void OnTunnelDrop(sim::EntityId place, wg::DropReason why, const wg::Buffer& packet) override;
  void OnTunDrop(sim::EntityId place, absl::string_view why, const wg::Buffer& packet) override;

 private:
  static constexpr int kSeqBits = 40;

  void Drop(const Cause& cause, uint64_t tag);

  std::vector<FlowAccount> accounts_;
  std::vector<Cause> causes_;
  wgnode::TunnelObserver* tunnel_observer_ = nullptr;
  FaultOf fault_of_;
  absl::btree_map<std::tuple<sim::EntityId, absl::string_view, absl::string_view>, DropCause>
      cause_numbers_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FLOW_BOOK_H_
