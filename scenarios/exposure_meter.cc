// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/exposure_meter.h"

#include <algorithm>

#include "protocol/check.h"

namespace scenario {
namespace {

bool Before(const wg::IpAddress& a, const wg::IpAddress& b) { return a < b; }

}  // namespace

void ExposureMeter::Watch(const wg::IpAddress& address, Group group) {
  CHECK(!open_);
  auto at = std::lower_bound(watched_.begin(), watched_.end(), address,
                             [](const Watched& w, const wg::IpAddress& a) {
                               return Before(w.address, a);
                             });
  CHECK(at == watched_.end() || at->address != address);
  Watched watched{.address = address, .group = group};
  if (const wg::PublicKey* owner = owner_of_(address)) watched.owner = *owner;
  watched_.insert(at, watched);
}

void ExposureMeter::Begin(sim::Time) {
  CHECK(!open_);
  open_ = true;
}

void ExposureMeter::AfterStep(sim::Time now, const std::optional<wg::Prefix>& touched) {
  CHECK(open_);
  auto first = watched_.begin();
  if (touched) {
    first = std::lower_bound(watched_.begin(), watched_.end(), touched->network(),
                             [](const Watched& w, const wg::IpAddress& a) {
                               return Before(w.address, a);
                             });
  }
  for (auto at = first; at != watched_.end(); ++at) {
    if (touched && !touched->Contains(at->address)) break;
    Look(&*at, now);
  }
}

void ExposureMeter::Look(Watched* watched, sim::Time now) {
  const wg::PublicKey* owner = owner_of_(watched->address);
  const bool same = owner == nullptr ? !watched->owner : watched->owner && *watched->owner == *owner;
  if (same) return;
  if (!watched->changed) {
    watched->changed = true;
    watched->exposed_from = watched->exposed_until = now;
    watched->before = watched->owner;
    watched->to_nobody = watched->to_wrong_peer = sim::Duration(0);
    changed_.push_back(static_cast<size_t>(watched - watched_.data()));
  } else {
    Settle(watched, now);
  }
  watched->since = now;
  if (owner == nullptr) {
    watched->owner.reset();
  } else {
    watched->owner = *owner;
  }
}

void ExposureMeter::Settle(Watched* watched, sim::Time now) {
  const sim::Duration elapsed = now - watched->since;
  if (watched->owner && watched->owner == watched->before) return;
  (watched->owner ? watched->to_wrong_peer : watched->to_nobody) += elapsed;
  watched->exposed_until = now;
}

std::vector<Exposure> ExposureMeter::Close(sim::Time now, bool ended) {
  CHECK(open_);
  open_ = false;
  std::sort(changed_.begin(), changed_.end());
  std::vector<Exposure> exposures;
  sim::Duration worst[kGroups] = {};
  for (size_t index : changed_) {
    Watched& watched = watched_[index];
    watched.changed = false;
    Settle(&watched, now);
    // The change was meant, or the address belonged to nobody all along: nobody was exposed.
    const bool meant = watched.owner != watched.before &&
                       (ended || watched.group != Group::kBystander);
    if (meant || !watched.before) continue;
    Exposure exposure{.address = watched.address,
                      .group = watched.group,
                      .to_nobody = watched.to_nobody,
                      .to_wrong_peer = watched.to_wrong_peer,
                      .begin = watched.exposed_from,
                      .end = watched.exposed_until};
    if (exposure.total() == sim::Duration(0)) continue;
    sim::Duration& most = worst[static_cast<int>(exposure.group)];
    most = std::max(most, exposure.total());
    exposures.push_back(exposure);
  }
  changed_.clear();
  for (int group = 0; group < kGroups; ++group) worst_[group].push_back(worst[group]);
  return exposures;
}

}  // namespace scenario
