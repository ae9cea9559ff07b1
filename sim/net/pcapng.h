// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Pcapng: writes the blocks of a capture file that Wireshark opens (draft-ietf-opsawg-pcapng): one section, interfaces
// with nanosecond times, packets with direction and comment, decryption secrets. Little-endian on every machine.
#ifndef WGSIM_SIM_NET_PCAPNG_H_
#define WGSIM_SIM_NET_PCAPNG_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/byte_sink.h"

namespace net {

using sim::ByteSink;

// LINKTYPE_ values of the tcpdump group's registry.
enum class LinkType : uint16_t {
  kRaw = 101,       // IPv4 or IPv6 header first
  kUpperPdu = 252,  // Wireshark's: a message with the name of its dissector before it
};

// Direction bits of the option epb_flags.
enum class Direction : uint32_t { kUnknown = 0, kInbound = 1, kOutbound = 2 };

class PcapngWriter {
 public:
  // Begins a section. `sink` outlives the writer.
  PcapngWriter(ByteSink* sink, absl::string_view application);
  PcapngWriter(const PcapngWriter&) = delete;
  PcapngWriter& operator=(const PcapngWriter&) = delete;

  // One more interface: 0, 1, 2, ... Names need not be unique.
  uint32_t AddInterface(LinkType type, absl::string_view name);

  // A packet on one of them. `time` is since 1970. An empty comment is left out. REQUIRES: bytes < 2^31.
  void AddPacket(uint32_t interface, std::chrono::nanoseconds time, Direction direction,
                 absl::Span<const uint8_t> bytes, absl::string_view comment);

  // Secrets for packets that follow. `type` as registered: 0x57474b4c for WireGuard's key log.
  void AddSecrets(uint32_t type, absl::string_view text);

 private:
  // A block is gathered in block_ and written at once.
  void Begin(uint32_t type);
  void Put16(uint16_t value);
  void Put32(uint32_t value);
  void PutPadded(absl::string_view bytes);
  void PutOption(uint16_t code, absl::string_view value);
  void End();

  ByteSink* const sink_;
  std::string block_;
  uint32_t interfaces_ = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_PCAPNG_H_
