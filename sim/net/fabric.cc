// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/fabric.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "sim/net/headers.h"

namespace net {
namespace {

constexpr absl::string_view kActNames[kActs] = {"net/send", "net/enqueue", "net/forward",
                                                "net/deliver", "net/drop"};

}  // namespace

Fabric::Fabric(sim::EventLoop* loop, wg::BufferPool* pool, DropSink* sink)
    : loop_(loop), pool_(pool), sink_(sink) {
  for (int i = 0; i < kActs; ++i) kinds_[i] = loop->trace()->RegisterKind(kActNames[i]);
}

void Fabric::RecordMore(PacketAct act, sim::EntityId place, const Packet& train) {
  for (const wg::Buffer& segment : train.more.buffers()) {
    Record(act, place, segment.size(), segment.tag());
  }
}

void Fabric::Kill(Packet* packet, sim::EntityId place, Drop why) {
  Segments more = std::move(packet->more);
  KillOne(packet, place, why);
  for (wg::Buffer& segment : more.buffers()) {
    packet->buffer = std::move(segment);
    KillOne(packet, place, why);
  }
}

void Fabric::KillOne(Packet* packet, sim::EntityId place, Drop why) {
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
  const auto show = [&](const wg::Buffer& bytes) {
    if (packet.checksum != ChecksumState::kPartial) {
      return tap->OnPacket(now(), place, way, bytes.bytes(), comment);
    }
    wg::Buffer complete = bytes.Clone();
    CompleteChecksum(&complete);
    tap->OnPacket(now(), place, way, complete.bytes(), comment);
  };
  show(packet.buffer);
  for (const wg::Buffer& segment : packet.more.buffers()) show(segment);
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
