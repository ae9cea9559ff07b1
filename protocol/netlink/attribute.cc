// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/attribute.h"

#include <algorithm>
#include <cstring>

#include "protocol/check.h"
#include "protocol/endian.h"

namespace wg::netlink {

uint16_t Attribute::u16() const { return LoadLe16(payload.data()); }
uint32_t Attribute::u32() const { return LoadLe32(payload.data()); }
uint64_t Attribute::u64() const { return LoadLe64(payload.data()); }

bool AttributeReader::Next(Attribute* attribute) {
  if (left_.size() < kAttributeHeaderBytes) return false;
  const size_t length = LoadLe16(left_.data());
  if (length < kAttributeHeaderBytes || length > left_.size()) return false;
  const uint16_t type = LoadLe16(left_.data() + 2);
  attribute->type = type & kTypeMask;
  attribute->nested = (type & kNested) != 0;
  attribute->payload = left_.subspan(kAttributeHeaderBytes, length - kAttributeHeaderBytes);
  left_.remove_prefix(std::min(Aligned(length), left_.size()));
  return true;
}

AttributeWriter::AttributeWriter(std::vector<uint8_t>* message, size_t limit)
    : message_(message), limit_(limit) {
  CHECK_LE(limit, kMaxMessageBytes);
  CHECK_LE(message->size(), limit);
  CHECK_EQ(message->size() % kAlignment, 0u);
}

uint8_t* AttributeWriter::Append(uint16_t type, size_t payload) {
  if (payload > kMaxMessageBytes || AttributeBytes(payload) > room()) return nullptr;
  const size_t at = message_->size();
  message_->resize(at + AttributeBytes(payload));
  uint8_t* const header = message_->data() + at;
  StoreLe16(header, static_cast<uint16_t>(kAttributeHeaderBytes + payload));
  StoreLe16(header + 2, type);
  return header + kAttributeHeaderBytes;
}

bool AttributeWriter::Put(uint16_t type, absl::Span<const uint8_t> payload) {
  uint8_t* const to = Append(type, payload.size());
  if (to == nullptr) return false;
  if (!payload.empty()) std::memcpy(to, payload.data(), payload.size());
  return true;
}

bool AttributeWriter::PutU8(uint16_t type, uint8_t value) {
  uint8_t* const to = Append(type, sizeof(value));
  if (to != nullptr) *to = value;
  return to != nullptr;
}

bool AttributeWriter::PutU16(uint16_t type, uint16_t value) {
  uint8_t* const to = Append(type, sizeof(value));
  if (to != nullptr) StoreLe16(to, value);
  return to != nullptr;
}

bool AttributeWriter::PutU32(uint16_t type, uint32_t value) {
  uint8_t* const to = Append(type, sizeof(value));
  if (to != nullptr) StoreLe32(to, value);
  return to != nullptr;
}

bool AttributeWriter::PutU64(uint16_t type, uint64_t value) {
  uint8_t* const to = Append(type, sizeof(value));
  if (to != nullptr) StoreLe64(to, value);
  return to != nullptr;
}

bool AttributeWriter::PutString(uint16_t type, absl::string_view text) {
  uint8_t* const to = Append(type, text.size() + 1);
  if (to != nullptr && !text.empty()) std::memcpy(to, text.data(), text.size());
  return to != nullptr;
}

bool AttributeWriter::Begin(uint16_t type, size_t* nest) {
  *nest = message_->size();
  return Append(type | kNested, 0) != nullptr;
}

void AttributeWriter::End(size_t nest) {
  CHECK_LE(nest + kAttributeHeaderBytes, message_->size());
  StoreLe16(message_->data() + nest, static_cast<uint16_t>(message_->size() - nest));
}

void AttributeWriter::Cancel(size_t nest) {
  CHECK_LE(nest, message_->size());
  message_->resize(nest);
}

}  // namespace wg::netlink
