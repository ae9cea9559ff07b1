// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/virtual_target.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace conformance {

const wg::Now VirtualTarget::kBegin{wg::BootTime(std::chrono::seconds(1000)),
                                    wg::WallTime(std::chrono::seconds(1'700'000'000))};

void VirtualTarget::Pass(wg::Duration duration) {
  const wg::BootTime end = now_.boot + duration;
  while (true) {
    const wg::BootTime stop = std::max(now_.boot, std::min(NextTimer(), end));
    now_.wall += stop - now_.boot;
    now_.boot = stop;
    if (NextTimer() > end) return;
    OnTimer();
  }
}

void VirtualTarget::Deliver(const wg::WireBytes& bytes, const wg::Endpoint& from, uint8_t ds) {
  Receive(bytes, from, from.address.is_v4() ? kFirstV4 : kFirstV6, ds);
}

bool VirtualTarget::DeliverAtSecond(const wg::WireBytes& bytes, const wg::Endpoint& from) {
  Receive(bytes, from, from.address.is_v4() ? kSecondV4 : kSecondV6, 0);
  return true;
}

bool VirtualTarget::RemoveSecond() { return std::exchange(has_second_, false); }

VirtualTarget::Way VirtualTarget::Send(wg::WireOut out) {
  Way way{.exists = out.remote.address != kUnreachable, .source_gone = false};
  if (out.remote.address.IsLinkLocal()) way.exists = out.remote.scope_id == kOnlyInterface;
  if (!way.exists) return way;
  out.remote.scope_id = 0;
  const wg::IpAddress first = out.remote.address.is_v4() ? kFirstV4 : kFirstV6;
  way.source_gone = out.local && !has_second_ && out.local != first;
  if (!out.local || way.source_gone) out.local = first;
  sent_.push_back(std::move(out));
  return way;
}

void VirtualTarget::ForgetSentTo(const wg::Endpoint& remote) {
  sent_.erase(std::remove_if(sent_.begin(), sent_.end(),
                             [&](const wg::WireOut& out) { return out.remote == remote; }),
              sent_.end());
}

std::vector<wg::WireOut> VirtualTarget::TakeDatagrams() { return std::exchange(sent_, {}); }
std::vector<wg::WireBytes> VirtualTarget::TakeInner() { return std::exchange(delivered_, {}); }

}  // namespace conformance
