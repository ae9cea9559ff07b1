// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/link.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace net {

LinkDirection::LinkDirection(Fabric* fabric, absl::string_view name, const LinkOptions& options,
                             const sim::Rng& rng)
    : Actor(fabric->Register(name)),
      fabric_(fabric),
      options_(options),
      transmitter_(options.transmitter),
      loss_(rng.Fork("loss")),
      corrupt_(rng.Fork("corrupt")),
      duplicate_(rng.Fork("duplicate")),
      reorder_(rng.Fork("reorder")),
      jitter_(rng.Fork("jitter")) {
  set_options(options);
}

void LinkDirection::set_options(const LinkOptions& options) {
  CHECK_GE(options.delay, sim::Duration(0));
  CHECK_GE(options.jitter, sim::Duration(0));
  CHECK_GE(options.reorder_delay, sim::Duration(0));
  options_ = options;
  transmitter_.set_options(options.transmitter);
}

Drop LinkDirection::Send(Packet* packet, bool bounded) {
  ++counters_.offered;
  counters_.offered_bytes += packet->size();
  if (!up_) {
    ++counters_.down_drops;
    return Drop::kLinkDown;
  }
  const sim::Time now = fabric_->now();
  if (bounded && !transmitter_.HasRoom(now, packet->size())) {
    ++counters_.queue_drops;
    return Drop::kQueueFull;
  }
  const sim::Time departure = transmitter_.Enqueue(now, packet->size());
  fabric_->Record(PacketAct::kEnqueue, entity(), *packet);
  packet->charge.ReleaseAt(departure);
  if (options_.loss_ppb != 0 && loss_.Bernoulli(options_.loss_ppb)) {
    ++counters_.lost;
    fabric_->Kill(packet, entity(), Drop::kLinkLoss);
    return Drop::kNone;
  }
  if (options_.corrupt_ppb != 0 && corrupt_.Bernoulli(options_.corrupt_ppb)) Corrupt(packet);
  const bool twice = options_.duplicate_ppb != 0 && duplicate_.Bernoulli(options_.duplicate_ppb);
  const bool late = options_.reorder_ppb != 0 && reorder_.Bernoulli(options_.reorder_ppb);
  counters_.reordered += late;
  if (twice) {
    ++counters_.duplicated;
    Packet copy = packet->Clone();
    fabric_->Copied(copy, entity());
    Launch(std::move(*packet), departure, late);
    Launch(std::move(copy), departure, late);
  } else {
    Launch(std::move(*packet), departure, late);
  }
  ScheduleHead();
  return Drop::kNone;
}

void LinkDirection::Corrupt(Packet* packet) {
  ++counters_.corrupted;
  packet->ResolveChecksum();
  packet->checksum = ChecksumState::kUnverified;
  const uint64_t bit = corrupt_.Uniform(uint64_t{packet->size()} * 8);
  packet->buffer.data()[bit / 8] ^= static_cast<uint8_t>(0x80 >> (bit % 8));
}

void LinkDirection::Launch(Packet&& packet, sim::Time departure, bool late) {
  sim::Time arrival = departure + options_.delay;
  if (options_.jitter != sim::Duration(0)) {
    arrival += jitter_.UniformDuration(sim::Duration(0), options_.jitter);
  }
  if (late) arrival += options_.reorder_delay;
  MoveRing<InFlight>& queue = late ? late_ : ordered_;
  if (!queue.empty()) arrival = std::max(arrival, queue.back().arrival);
  queue.Push(InFlight{arrival, std::move(packet)});
}

MoveRing<LinkDirection::InFlight>* LinkDirection::Earliest() {
  if (late_.empty()) return ordered_.empty() ? nullptr : &ordered_;
  if (ordered_.empty()) return &late_;
  return late_.front().arrival <= ordered_.front().arrival ? &late_ : &ordered_;
}

void LinkDirection::ScheduleHead() {
  const MoveRing<InFlight>* queue = Earliest();
  if (queue == nullptr || queue->front().arrival >= scheduled_) return;
  // An event pending for later is not taken back: its generation makes it a no-op.
  scheduled_ = queue->front().arrival;
  fabric_->loop()->At(scheduled_, this, ++generation_);
}

void LinkDirection::OnEvent(uint64_t generation) {
  if (generation != generation_) return;
  scheduled_ = sim::kEndOfTime;
  for (;;) {
    MoveRing<InFlight>* queue = Earliest();
    if (queue == nullptr || queue->front().arrival > fabric_->now()) break;
    Packet packet = std::move(queue->Pop().packet);
    if (receiver_ == nullptr) {
      ++counters_.down_drops;
      fabric_->Kill(&packet, entity(), Drop::kLinkDown);
      continue;
    }
    ++counters_.delivered;
    counters_.delivered_bytes += packet.size();
    receiver_->OnArrival(std::move(packet));
  }
  ScheduleHead();
}

void LinkDirection::SetUp(bool up) {
  if (up_ == up) return;
  up_ = up;
  if (up) return;
  while (MoveRing<InFlight>* queue = Earliest()) {
    ++counters_.down_drops;
    Packet packet = std::move(queue->Pop().packet);
    fabric_->Kill(&packet, entity(), Drop::kLinkDown);
  }
  transmitter_.Flush(fabric_->now());
}

Link::Link(Fabric* fabric, absl::string_view name, const LinkOptions& forward,
           const LinkOptions& backward, const sim::Rng& rng) {
  const sim::Rng stream = rng.Fork(absl::StrCat("link/", name));
  directions_[0] = std::make_unique<LinkDirection>(fabric, absl::StrCat("link/", name, "/0>1"),
                                                   forward, stream.Fork("0>1"));
  directions_[1] = std::make_unique<LinkDirection>(fabric, absl::StrCat("link/", name, "/1>0"),
                                                   backward, stream.Fork("1>0"));
}

void Link::Attach(int side, Port* port) {
  ports_[side] = port;
  directions_[1 - side]->set_receiver(port);
}

void Link::SetUp(bool up) {
  const bool was = this->up();
  for (auto& direction : directions_) direction->SetUp(up);
  if (was == up) return;
  for (Port* port : ports_) {
    if (port != nullptr) port->OnCarrier(up);
  }
}

}  // namespace net
