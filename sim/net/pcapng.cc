// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/pcapng.h"

#include "protocol/check.h"

namespace net {
namespace {

// Block types and options of the draft, by its names.
constexpr uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr uint32_t kInterfaceDescription = 1;
constexpr uint32_t kEnhancedPacket = 6;
constexpr uint32_t kDecryptionSecrets = 0x0a;
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint16_t kOptEndOfOptions = 0;
constexpr uint16_t kOptComment = 1;
constexpr uint16_t kShbUserApplication = 4;
constexpr uint16_t kIfName = 2;
constexpr uint16_t kIfTimestampResolution = 9;
constexpr uint16_t kEpbFlags = 2;
constexpr char kNanoseconds = 9;  // 10^-9

}  // namespace

PcapngWriter::PcapngWriter(ByteSink* sink, absl::string_view application) : sink_(sink) {
  Begin(kSectionHeader);
  Put32(kByteOrderMagic);
  Put16(1);  // version 1.0
  Put16(0);
  Put32(0xffffffff);  // section length, 64 bits: not known
  Put32(0xffffffff);
  PutOption(kShbUserApplication, application);
  Put32(kOptEndOfOptions);
  End();
}

uint32_t PcapngWriter::AddInterface(LinkType type, absl::string_view name) {
  Begin(kInterfaceDescription);
  Put16(static_cast<uint16_t>(type));
  Put16(0);  // reserved
  Put32(0);  // packets are never cut
  PutOption(kIfName, name);
  PutOption(kIfTimestampResolution, absl::string_view(&kNanoseconds, 1));
  Put32(kOptEndOfOptions);
  End();
  return interfaces_++;
}

void PcapngWriter::AddPacket(uint32_t interface, std::chrono::nanoseconds time, Direction direction,
                             absl::Span<const uint8_t> bytes, absl::string_view comment) {
  CHECK_LT(interface, interfaces_);
  CHECK_LT(bytes.size(), size_t{1} << 31);
  const auto ticks = static_cast<uint64_t>(time.count());
  const auto size = static_cast<uint32_t>(bytes.size());
  Begin(kEnhancedPacket);
  Put32(interface);
  Put32(static_cast<uint32_t>(ticks >> 32));
  Put32(static_cast<uint32_t>(ticks));
  Put32(size);  // captured
  Put32(size);  // on the wire
  PutPadded(absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  if (!comment.empty()) PutOption(kOptComment, comment);
  if (direction != Direction::kUnknown) {
    const char flags[4] = {static_cast<char>(direction), 0, 0, 0};
    PutOption(kEpbFlags, absl::string_view(flags, sizeof(flags)));
  }
  Put32(kOptEndOfOptions);
  End();
}

void PcapngWriter::AddSecrets(uint32_t type, absl::string_view text) {
  Begin(kDecryptionSecrets);
  Put32(type);
  Put32(static_cast<uint32_t>(text.size()));
  PutPadded(text);
  End();
}

void PcapngWriter::Begin(uint32_t type) {
  block_.clear();
  Put32(type);
  Put32(0);  // the length, filled in by End
}

void PcapngWriter::Put16(uint16_t value) {
  block_.push_back(static_cast<char>(value));
  block_.push_back(static_cast<char>(value >> 8));
}

void PcapngWriter::Put32(uint32_t value) {
  Put16(static_cast<uint16_t>(value));
  Put16(static_cast<uint16_t>(value >> 16));
}

void PcapngWriter::PutPadded(absl::string_view bytes) {
  block_.append(bytes.data(), bytes.size());
  block_.append((4 - bytes.size() % 4) % 4, '\0');
}

void PcapngWriter::PutOption(uint16_t code, absl::string_view value) {
  Put16(code);
  Put16(static_cast<uint16_t>(value.size()));
  PutPadded(value);
}

void PcapngWriter::End() {
  const auto length = static_cast<uint32_t>(block_.size() + 4);
  for (int i = 0; i < 4; ++i) block_[4 + i] = static_cast<char>(length >> (8 * i));
  Put32(length);
  sink_->Write(block_);
}

}  // namespace net
