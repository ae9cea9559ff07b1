// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/tun_queue.h"

#include <string>
#include <utility>

#include "sim/core.h"

namespace wgnode {

TunQueue::TunQueue(sim::Machine* machine, absl::string_view thread, Reader* reader)
    : reader_(reader), thread_(machine, {.name = std::string(thread), .bound = false}) {}

bool TunQueue::Push(Packet* packet) {
  if (queue_.size() == kMaxPackets) {
    ++refused_;
    return false;
  }
  queue_.Push(std::move(*packet));
  if (!std::exchange(reading_, true)) thread_.Submit({.runner = this});
  return true;
}

sim::Duration TunQueue::Price(uint64_t /*arg*/) { return reader_->ReadPrice(queue_.front()); }

void TunQueue::Act(uint64_t /*arg*/) {
  reader_->OnRead(queue_.Pop(), thread_.core()->number());
  reading_ = !queue_.empty();
  if (reading_) thread_.Submit({.runner = this});
}

absl::string_view TunQueue::Label(uint64_t /*arg*/) const { return "tun_read"; }

}  // namespace wgnode
