// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/flow_sender.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/types/span.h"
#include "protocol/check.h"
#include "sim/net/fib.h"
#include "sim/net/icmp.h"
#include "sim/net/netns.h"
#include "sim/wg/cost_model.h"

namespace scenario {

using wgnode::Cost;
using wgnode::CostModel;

uint64_t PayloadNumber(const wg::Buffer& payload) {
  uint64_t number = 0;
  if (payload.size() < kPayloadHeader) return number;
  for (size_t i = 0; i < kPayloadHeader; ++i) number = number << 8 | payload.data()[i];
  return number;
}

FlowSender::FlowSender(World* world, FlowBook* book, Intent* intent, const plan::FlowEnd& from,
                       const wg::Endpoint& to, size_t account)
    : world_(world),
      book_(book),
      intent_(intent),
      from_(from),
      to_(to),
      account_(account),
      device_(world->DeviceTowards(from.host, from.address, to.address)) {
  if (device_ != plan::kNone) followed_ = intent->Follow(device_, to.address);
}

sim::Duration FlowSender::Price(uint32_t payload_bytes) {
  const CostModel& costs = world_->plan().hosts[from_.host].costs;
  int64_t price = costs.Picoseconds(Cost::kSyscall) + costs.Picoseconds(Cost::kUdpSend, payload_bytes);
  // In user space the program looks the packet up, later.
  if (device_ != plan::kNone && !world_->wire(device_).tunnel->in_user_space()) {
    const World::Wire& wire = world_->wire(device_);
    if (wire.epoch != depth_epoch_) {
      depth_epoch_ = wire.epoch;
      depth_ = wire.tunnel->device().LookupDepth(to_.address);
    }
    price += costs.Picoseconds(Cost::kXmit, depth_);
  }
  return CostModel::Rounded(price);
}

wg::Buffer FlowSender::MakePayload(uint32_t payload_bytes, uint64_t number, uint64_t seq) const {
  wg::Buffer payload = world_->fabric().pool()->Allocate(payload_bytes);
  std::memset(payload.data(), 0, payload_bytes);
  for (size_t i = kPayloadHeader; i-- > 0; number >>= 8) {
    payload.data()[i] = static_cast<uint8_t>(number);
  }
  payload.set_tag(FlowBook::MakeTag(account_, seq));
  return payload;
}

void FlowSender::Sent(uint64_t seq, wg::Errno error) {
  FlowAccount& account = book_->account(account_);
  if (error != wg::Errno::kOk) {
    account.Refused(seq, error);
  } else if (GoesAstray() && account.fate(seq) == Fate::kInFlight) {
    account.Misdirected(seq);
  }
}

void FlowSender::Announce() {
  if (device_ == plan::kNone) return;
  if (const auto& on_offer = world_->wire(device_).on_offer) on_offer(to_.address);
}

wg::Errno FlowSender::Send(net::Socket* socket, uint32_t payload_bytes, uint64_t number) {
  Announce();
  const uint64_t seq = book_->account(account_).Offer(world_->loop().now());
  const wg::Errno error = socket->SendTo(to_, MakePayload(payload_bytes, number, seq),
                                         static_cast<net::Cpu>(from_.core));
  CHECK(error != wg::Errno::kAgain);
  Sent(seq, error);
  return error;
}

wg::Errno FlowSender::SendTrain(net::Socket* socket, uint32_t payload_bytes, uint32_t segments,
                                uint64_t number) {
  if (segments == 1) return Send(socket, payload_bytes, number);
  Announce();
  uint64_t first = 0;
  for (uint32_t i = 0; i < segments; ++i) {
    const uint64_t seq = book_->account(account_).Offer(world_->loop().now());
    if (i == 0) first = seq;
    train_.push_back(MakePayload(payload_bytes, number + i, seq));
  }
  const wg::Errno error =
      socket->SendTrain(to_, absl::MakeSpan(train_), static_cast<net::Cpu>(from_.core));
  CHECK(error != wg::Errno::kAgain);
  train_.clear();
  for (uint32_t i = 0; i < segments; ++i) Sent(first + i, error);
  return error;
}

wg::Errno FlowSender::SendEcho(uint16_t id, uint16_t sequence, uint32_t payload_bytes) {
  const uint64_t seq = book_->account(account_).Offer(world_->loop().now());
  const wg::Errno error = world_->NetnsWith(from_.host, from_.address)->icmp().SendEcho(
      to_.address, id, sequence, MakePayload(payload_bytes, sequence, seq),
      static_cast<net::Cpu>(from_.core), from_.address);
  Sent(seq, error);
  return error;
}

bool FlowSender::GoesAstray() {
  if (device_ == plan::kNone) return false;
  const World::Wire& wire = world_->wire(device_);
  if (wire.epoch == owner_epoch_) return astray_;
  owner_epoch_ = wire.epoch;
  const wg::PublicKey* owner = wire.tunnel->device().Owner(to_.address);
  const int peer = intent_->Owner(followed_);
  if (owner == nullptr || world_->NetnsWith(from_.host, from_.address)->fib().IsLocal(to_.address)) {
    // Nobody gets it, or the pod has come to this very host: nothing is sealed to anybody.
    astray_ = false;
  } else if (peer == Intent::kNobody) {
    astray_ = true;
  } else {
    const int far = world_->plan().devices[device_].peers[peer].device;
    const World::Wire& there = world_->wire(far);
    astray_ = *owner != there.public_key &&
              std::find(there.former_keys.begin(), there.former_keys.end(), *owner) ==
                  there.former_keys.end();
  }
  return astray_;
}

}  // namespace scenario
