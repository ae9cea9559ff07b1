// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/flow_book.h"

#include <limits>

#include "protocol/check.h"

namespace scenario {

size_t FlowBook::Open(sim::Duration deadline) {
  CHECK_LT(accounts_.size(), (size_t{1} << (63 - kSeqBits)) - 1);
  accounts_.emplace_back(deadline);
  return accounts_.size() - 1;
}

void FlowBook::OnDrop(sim::Time, sim::EntityId place, net::Drop why, const wg::Buffer& packet) {
  if (packet.tag() == 0) return;
  Cause cause{.place = place, .reason = net::DropName(why), .fault = {}};
  if (fault_of_) cause.fault = fault_of_(place, why);
  Drop(cause, packet.tag());
}

void FlowBook::OnTunnelDrop(sim::EntityId place, wg::DropReason why, const wg::Buffer& packet) {
  if (tunnel_observer_ != nullptr) tunnel_observer_->OnTunnelDrop(place, why, packet);
  Drop({.place = place, .reason = wg::DropReasonName(why), .fault = {}}, packet.tag());
}

void FlowBook::OnTunDrop(sim::EntityId place, absl::string_view why, const wg::Buffer& packet) {
  if (tunnel_observer_ != nullptr) tunnel_observer_->OnTunDrop(place, why, packet);
  Drop({.place = place, .reason = why, .fault = {}}, packet.tag());
}

void FlowBook::Drop(const Cause& cause, uint64_t tag) {
  if (tag == 0) return;
  const auto [at, is_new] = cause_numbers_.try_emplace({cause.place, cause.reason, cause.fault},
                                                       static_cast<DropCause>(causes_.size()));
  if (is_new) {
    CHECK_LT(causes_.size(), std::numeric_limits<DropCause>::max());
    causes_.push_back(cause);
  }
  const Tag read = Read(tag);
  accounts_[read.flow].Dropped(read.seq, at->second);
}

}  // namespace scenario
