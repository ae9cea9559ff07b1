// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/ecn.h"

#include <cstddef>

#include "protocol/endian.h"

namespace wg {
namespace {

constexpr size_t kChecksumOffset = 10;  // in the IPv4 header

bool IsV4(absl::Span<const uint8_t> packet) { return packet[0] >> 4 == 4; }

// The ECN field of an IPv6 header straddles nothing: it is bits 4 and 5 of the second byte.
uint8_t EcnOf(absl::Span<const uint8_t> packet) {
  return (IsV4(packet) ? packet[1] : packet[1] >> 4) & kEcnMask;
}

// RFC 1624: the checksum follows the change of the 16-bit word that holds the ECN field.
void AdjustChecksum(uint8_t* checksum, uint16_t before, uint16_t after) {
  uint32_t sum = static_cast<uint16_t>(~LoadBe16(checksum));
  sum += static_cast<uint16_t>(~before);
  sum += after;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  StoreBe16(checksum, static_cast<uint16_t>(~sum));
}

void SetEcn(absl::Span<uint8_t> packet, uint8_t ecn) {
  if (!IsV4(packet)) {
    packet[1] = static_cast<uint8_t>((packet[1] & ~(kEcnMask << 4)) | ecn << 4);
    return;
  }
  const uint16_t before = LoadBe16(packet.data());
  packet[1] = static_cast<uint8_t>((packet[1] & ~kEcnMask) | ecn);
  AdjustChecksum(packet.data() + kChecksumOffset, before, LoadBe16(packet.data()));
}

}  // namespace

uint8_t EcnEncapsulate(absl::Span<const uint8_t> inner) {
  if (inner.size() < 2) return 0;
  const int version = inner[0] >> 4;
  if (version != 4 && version != 6) return 0;
  const uint8_t ecn = EcnOf(inner);
  return ecn == kEcnCe ? kEcnEct0 : ecn;
}

void EcnDecapsulate(uint8_t outer, absl::Span<uint8_t> inner) {
  const uint8_t outer_ecn = outer & kEcnMask;
  if (outer_ecn != kEcnCe && outer_ecn != kEcnEct1) return;
  const uint8_t inner_ecn = EcnOf(inner);
  if (outer_ecn == kEcnCe && (inner_ecn == kEcnEct0 || inner_ecn == kEcnEct1)) {
    SetEcn(inner, kEcnCe);
  } else if (outer_ecn == kEcnEct1 && inner_ecn == kEcnEct0) {
    SetEcn(inner, kEcnEct1);
  }
}

}  // namespace wg
