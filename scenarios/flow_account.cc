// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/flow_account.h"

#include <algorithm>

namespace scenario {

FlowTotals& FlowTotals::operator+=(const FlowTotals& other) {
  offered += other.offered;
  delivered += other.delivered;
  refused += other.refused;
  misdirected += other.misdirected;
  dropped += other.dropped;
  in_flight += other.in_flight;
  late += other.late;
  duplicates += other.duplicates;
  return *this;
}

uint64_t FlowAccount::Offer(sim::Time now) {
  packets_.push_back({.offered = now});
  ++totals_.offered;
  ++totals_.in_flight;
  return packets_.size() - 1;
}

void FlowAccount::Refused(uint64_t seq, wg::Errno error) {
  Entry& entry = packet(seq);
  // Fragments before the refused one may have died already.
  CHECK(entry.fate == Fate::kInFlight || entry.fate == Fate::kDropped);
  --(entry.fate == Fate::kDropped ? totals_.dropped : totals_.in_flight);
  entry.fate = Fate::kRefused;
  ++totals_.refused;
  ++refusals_[error];
}

void FlowAccount::Misdirected(uint64_t seq) {
  Entry& entry = packet(seq);
  CHECK(entry.fate == Fate::kInFlight);
  entry.fate = Fate::kMisdirected;
  --totals_.in_flight;
  ++totals_.misdirected;
}

void FlowAccount::Dropped(uint64_t seq, DropCause cause) {
  Entry& entry = packet(seq);
  // Misdirected stays so; and a copy may die after another has arrived.
  if (entry.fate != Fate::kInFlight) return;
  entry.fate = Fate::kDropped;
  entry.cause = cause;
  --totals_.in_flight;
  ++totals_.dropped;
}

void FlowAccount::Delivered(uint64_t seq, sim::Time now) {
  Entry& entry = packet(seq);
  switch (entry.fate) {
    case Fate::kDelivered:
      ++totals_.duplicates;
      return;
    case Fate::kDropped:  // another copy had died before
      --totals_.dropped;
      break;
    case Fate::kInFlight:
      --totals_.in_flight;
      break;
    case Fate::kMisdirected:  // the wrong peer's application got it: that is no delivery
    case Fate::kRefused:
      return;
  }
  entry.fate = Fate::kDelivered;
  entry.delay = now - entry.offered;
  ++totals_.delivered;
  if (deadline_ > sim::Duration(0) && entry.delay > deadline_) ++totals_.late;
}

absl::btree_map<DropCause, uint64_t> FlowAccount::DropCauses() const {
  absl::btree_map<DropCause, uint64_t> causes;
  for (const Entry& entry : packets_) {
    if (entry.fate == Fate::kDropped) ++causes[entry.cause];
  }
  return causes;
}

std::vector<Outage> FlowAccount::Outages(sim::Time end) const {
  size_t known = packets_.size();
  while (known > 0 && packets_[known - 1].fate == Fate::kInFlight) --known;
  std::vector<Outage> outages;
  for (size_t i = 0; i < known;) {
    if (packets_[i].fate == Fate::kDelivered) {
      ++i;
      continue;
    }
    Outage outage{.first = i, .begin = packets_[i].offered};
    while (i < known && packets_[i].fate != Fate::kDelivered) ++i;
    outage.packets = i - outage.first;
    outage.end = i < packets_.size() ? packets_[i].offered : std::max(end, outage.begin);
    outages.push_back(outage);
  }
  return outages;
}

std::vector<sim::Duration> FlowAccount::Delays() const {
  std::vector<sim::Duration> delays;
  for (const Entry& entry : packets_) {
    if (entry.fate == Fate::kDelivered) delays.push_back(entry.delay);
  }
  return delays;
}

}  // namespace scenario
