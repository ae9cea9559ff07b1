// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/send_account.h"

#include <bit>

#include "protocol/check.h"

namespace net {
namespace {

constexpr size_t kHeadroom = 64;     // hard_header_len and friends, rounded
constexpr size_t kSharedInfo = 320;  // struct skb_shared_info
constexpr size_t kSkBuff = 256;      // struct sk_buff in its slab

}  // namespace

uint32_t TrueSize(size_t size) {
  // Slabs of kmalloc are powers of two here; 96 and 192 are too small to matter.
  return static_cast<uint32_t>(std::bit_ceil(size + kHeadroom + kSharedInfo) + kSkBuff);
}

void SendAccount::Reap() {
  while (!releases_.empty() && releases_.front().time <= loop_->now()) {
    charged_ -= releases_.Pop().bytes;
  }
}

uint64_t SendAccount::charged() {
  Reap();
  return charged_;
}

void SendAccount::ReleaseNow(uint32_t bytes) {
  CHECK_LE(bytes, charged_);
  charged_ -= bytes;
  if (waiter_ != nullptr) Arm();
}

void SendAccount::ReleaseAt(sim::Time time, uint32_t bytes) {
  CHECK_GE(time, loop_->now());
  releases_.Push(Release{time, bytes});
  // Several transmitters: keep the order by time. The newest is nearly always the latest.
  for (size_t i = releases_.size() - 1; i > 0 && releases_.at(i).time < releases_.at(i - 1).time;
       --i) {
    std::swap(releases_.at(i), releases_.at(i - 1));
  }
  if (waiter_ != nullptr) Arm();
}

void SendAccount::Wait(Waiter* waiter) {
  waiter_ = waiter;
  if (waiter_ != nullptr) Arm();
}

// Schedules the wake-up as soon as it is known when it will be.
void SendAccount::Arm() {
  if (armed_) return;
  Reap();
  const uint64_t enough = limit_ / 2;
  uint64_t left = charged_;
  sim::Time when = loop_->now();
  for (size_t i = 0; i < releases_.size() && left > enough; ++i) {
    left -= releases_.at(i).bytes;
    when = releases_.at(i).time;
  }
  if (left > enough) return;
  armed_ = true;
  loop_->At(when, this, 0);
}

void SendAccount::OnEvent(uint64_t /*arg*/) {
  armed_ = false;
  if (waiter_ == nullptr) return;
  if (charged() > limit_ / 2) {
    Arm();
    return;
  }
  std::exchange(waiter_, nullptr)->OnRoom();
}

}  // namespace net
