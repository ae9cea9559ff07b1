// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/exposure_meter.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "protocol/check.h"

namespace scenario {

WatchList::WatchList(std::vector<wg::IpAddress> addresses)
    : addresses_(std::move(addresses)), keys_(1) {
  CHECK(std::adjacent_find(addresses_.begin(), addresses_.end(), std::greater_equal<>()) ==
        addresses_.end());
}

size_t WatchList::From(const wg::IpAddress& address) const {
  return static_cast<size_t>(std::lower_bound(addresses_.begin(), addresses_.end(), address) -
                             addresses_.begin());
}

uint32_t WatchList::NameOf(const wg::PublicKey* owner) {
  if (owner == nullptr) return kNobody;
  const auto [at, is_new] = names_.try_emplace(*owner, static_cast<uint32_t>(keys_.size()));
  if (is_new) keys_.push_back(*owner);
  return at->second;
}

ExposureMeter::ExposureMeter(OwnerOf owner_of, WatchList* list)
    : owner_of_(std::move(owner_of)), list_(list), cells_(list->addresses().size()) {}

void ExposureMeter::Watch(size_t address, Group group) {
  CHECK(!open_);
  Cell& cell = cells_[address];
  CHECK(cell.group == kNotWatched);
  cell.group = static_cast<uint32_t>(group);
  cell.value = list_->NameOf(owner_of_(list_->addresses()[address]));
}

void ExposureMeter::Begin(sim::Time) {
  CHECK(!open_);
  open_ = true;
}

void ExposureMeter::AfterStep(sim::Time now, const std::optional<wg::Prefix>& touched) {
  CHECK(open_);
  const std::vector<wg::IpAddress>& addresses = list_->addresses();
  for (size_t i = touched ? list_->From(touched->network()) : 0; i < addresses.size(); ++i) {
    if (touched && !touched->Contains(addresses[i])) break;
    if (cells_[i].group != kNotWatched) Look(i, now);
  }
}

void ExposureMeter::Look(size_t address, sim::Time now) {
  const wg::PublicKey* owner = owner_of_(list_->addresses()[address]);
  Cell& cell = cells_[address];
  const uint32_t last = cell.changed ? changes_[cell.value].owner : cell.value;
  const bool same = owner == nullptr || last == WatchList::kNobody
                        ? owner == nullptr && last == WatchList::kNobody
                        : list_->KeyOf(last) == *owner;
  if (same) return;
  if (!cell.changed) {
    changes_.push_back(
        {.address = address, .before = last, .owner = last, .exposed_from = now, .exposed_until = now});
    cell.changed = 1;
    cell.value = static_cast<uint32_t>(changes_.size() - 1);
  } else {
    Settle(&changes_[cell.value], now);
  }
  changes_[cell.value].since = now;
  changes_[cell.value].owner = list_->NameOf(owner);
}

void ExposureMeter::Settle(Change* change, sim::Time now) {
  const sim::Duration elapsed = now - change->since;
  if (change->owner != WatchList::kNobody && change->owner == change->before) return;
  (change->owner != WatchList::kNobody ? change->to_wrong_peer : change->to_nobody) += elapsed;
  change->exposed_until = now;
}

std::vector<Exposure> ExposureMeter::Close(sim::Time now, bool ended) {
  CHECK(open_);
  open_ = false;
  ++reconfigurations_;
  std::sort(changes_.begin(), changes_.end(),
            [](const Change& a, const Change& b) { return a.address < b.address; });
  std::vector<Exposure> exposures;
  sim::Duration worst[kGroups] = {};
  for (Change& change : changes_) {
    Cell& cell = cells_[change.address];
    cell.changed = 0;
    cell.value = change.owner;
    Settle(&change, now);
    const Group group = static_cast<Group>(cell.group);
    // The change was meant, or the address belonged to nobody all along: nobody was exposed.
    const bool meant =
        change.owner != change.before && (ended || group != Group::kBystander);
    if (meant || change.before == WatchList::kNobody) continue;
    Exposure exposure{.address = list_->addresses()[change.address],
                      .group = group,
                      .to_nobody = change.to_nobody,
                      .to_wrong_peer = change.to_wrong_peer,
                      .begin = change.exposed_from,
                      .end = change.exposed_until};
    if (exposure.total() == sim::Duration(0)) continue;
    sim::Duration& most = worst[static_cast<int>(group)];
    most = std::max(most, exposure.total());
    exposures.push_back(exposure);
  }
  changes_.clear();
  for (int group = 0; group < kGroups; ++group) {
    if (worst[group] > sim::Duration(0)) worst_[group].push_back(worst[group]);
  }
  return exposures;
}

}  // namespace scenario
