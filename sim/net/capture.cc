// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/capture.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "sim/net/headers.h"

namespace net {
namespace {

// "A message for the dissector called data" (Wireshark's exported PDUs): tag 12, length 4, the name; tag 0, length 0.
constexpr absl::string_view kForData("\0\x0c\0\x04" "data" "\0\0\0\0", 12);

Direction DirectionOf(Tap::Way way) {
  switch (way) {
    case Tap::Way::kIn: return Direction::kInbound;
    case Tap::Way::kOut: return Direction::kOutbound;
    case Tap::Way::kNone: return Direction::kUnknown;
  }
  return Direction::kUnknown;
}

bool IsIpPacket(absl::Span<const uint8_t> bytes) {
  IpHeader header;
  return ParseIp(bytes, &header) && header.total_size == bytes.size();
}

}  // namespace

Capture::Capture(const sim::Trace* names, std::chrono::nanoseconds start, ByteSink* sink)
    : names_(names), start_(start), writer_(sink, "wgsim") {}

void Capture::OnPacket(sim::Time time, sim::EntityId place, Way way,
                       absl::Span<const uint8_t> bytes, absl::string_view comment) {
  const std::chrono::nanoseconds when = start_ + (time - sim::kStart);
  if (IsIpPacket(bytes)) {
    return writer_.AddPacket(InterfaceOf(place, LinkType::kRaw), when, DirectionOf(way), bytes,
                             comment);
  }
  std::string message(kForData);
  message.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  writer_.AddPacket(
      InterfaceOf(place, LinkType::kUpperPdu), when, DirectionOf(way),
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(message.data()), message.size()),
      comment);
}

void Capture::OnSecrets(uint32_t type, absl::string_view text) { writer_.AddSecrets(type, text); }

uint32_t Capture::InterfaceOf(sim::EntityId place, LinkType type) {
  const auto known = interfaces_.find({place, type});
  if (known != interfaces_.end()) return known->second;
  const uint32_t interface = writer_.AddInterface(type, names_->entity_name(place));
  interfaces_.emplace(std::pair(place, type), interface);
  return interface;
}

}  // namespace net
