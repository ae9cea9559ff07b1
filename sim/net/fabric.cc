// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/fabric.h"

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace net {
namespace {

constexpr absl::string_view kActNames[kActs] = {"net/send", "net/enqueue", "net/forward",
                                                "net/deliver", "net/drop"};

}  // namespace

Fabric::Fabric(sim::EventLoop* loop, wg::BufferPool* pool, DropSink* sink)
    : loop_(loop), pool_(pool), sink_(sink) {
  for (int i = 0; i < kActs; ++i) kinds_[i] = loop->trace()->RegisterKind(kActNames[i]);
}

void Fabric::Kill(Packet* packet, sim::EntityId place, Drop why) {
  CHECK(packet->buffer);
  CHECK(why != Drop::kNone);
  ++killed_[static_cast<int>(why)];
  Record(PacketAct::kDrop, place, static_cast<uint64_t>(why), packet->tag());
  if (sink_ != nullptr) sink_->OnDrop(now(), place, why, packet->buffer);
  if (tap_ != nullptr) {
    ShowTo(tap_, place, Tap::Way::kNone, *packet, absl::StrCat("dropped: ", DropName(why)));
  }
  packet->charge.Release();
  packet->buffer.Reset();
}

void Fabric::ShowTo(Tap* tap, sim::EntityId place, Tap::Way way, const Packet& packet,
                    absl::string_view comment) {
  if (packet.checksum != ChecksumState::kPartial) {
    return tap->OnPacket(now(), place, way, packet.buffer.bytes(), comment);
  }
  Packet complete = packet.Clone();
  complete.ResolveChecksum();
  tap->OnPacket(now(), place, way, complete.buffer.bytes(), comment);
}

void Fabric::Copied(const Packet& copy, sim::EntityId place) {
  Record(PacketAct::kEnqueue, place, copy);
  if (sink_ != nullptr) sink_->OnCopy(now(), place, copy.buffer);
}

SendAccount* Fabric::NewSendAccount(sim::EntityId entity) {
  accounts_.push_back(std::make_unique<SendAccount>(loop_, entity));
  return accounts_.back().get();
}

}  // namespace net
