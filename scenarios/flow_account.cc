// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/flow_account.h"

#include "protocol/check.h"

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
  const uint64_t seq = fates_.size();
  fates_.push_back(Fate::kInFlight);
  causes_.push_back(0);
  offers_.push_back(now);
  delays_.push_back(sim::Duration(0));
  ++totals_.offered;
  ++totals_.in_flight;
  return seq;
}

void FlowAccount::Refused(uint64_t seq, wg::Errno error) {
  CHECK_LT(seq, fates_.size());
  CHECK(fates_[seq] == Fate::kInFlight);
  fates_[seq] = Fate::kRefused;
  --totals_.in_flight;
  ++totals_.refused;
  ++refusals_[error];
}

void FlowAccount::Misdirected(uint64_t seq) {
  CHECK_LT(seq, fates_.size());
  CHECK(fates_[seq] == Fate::kInFlight);
  fates_[seq] = Fate::kMisdirected;
  --totals_.in_flight;
  ++totals_.misdirected;
}

void FlowAccount::Dropped(uint64_t seq, DropCause cause) {
  CHECK_LT(seq, fates_.size());
  if (fates_[seq] != Fate::kInFlight) return;  // misdirected stays so; a copy may die after another arrived
  fates_[seq] = Fate::kDropped;
  causes_[seq] = cause;
  --totals_.in_flight;
  ++totals_.dropped;
}

void FlowAccount::Delivered(uint64_t seq, sim::Time now) {
  CHECK_LT(seq, fates_.size());
  switch (fates_[seq]) {
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
  fates_[seq] = Fate::kDelivered;
  delays_[seq] = now - offers_[seq];
  ++totals_.delivered;
  if (deadline_ > sim::Duration(0) && delays_[seq] > deadline_) ++totals_.late;
}

absl::btree_map<DropCause, uint64_t> FlowAccount::DropCauses() const {
  absl::btree_map<DropCause, uint64_t> causes;
  for (size_t i = 0; i < fates_.size(); ++i) {
    if (fates_[i] == Fate::kDropped) ++causes[causes_[i]];
  }
  return causes;
}

std::vector<Outage> FlowAccount::Outages(sim::Time end) const {
  size_t known = fates_.size();
  while (known > 0 && fates_[known - 1] == Fate::kInFlight) --known;
  std::vector<Outage> outages;
  for (size_t i = 0; i < known;) {
    if (fates_[i] == Fate::kDelivered) {
      ++i;
      continue;
    }
    Outage outage{.first = i, .begin = offers_[i]};
    while (i < known && fates_[i] != Fate::kDelivered) ++i;
    outage.packets = i - outage.first;
    outage.end = i < fates_.size() ? offers_[i] : end;
    outages.push_back(outage);
  }
  return outages;
}

std::vector<sim::Duration> FlowAccount::Delays() const {
  std::vector<sim::Duration> delays;
  for (size_t i = 0; i < fates_.size(); ++i) {
    if (fates_[i] == Fate::kDelivered) delays.push_back(delays_[i]);
  }
  return delays;
}

}  // namespace scenario
