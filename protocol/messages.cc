// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/messages.h"

#include <algorithm>

#include "protocol/check.h"
#include "protocol/endian.h"

namespace wg {
namespace {

// Writes fields one behind the other and insists on ending where the message ends.
class Writer {
 public:
  explicit Writer(absl::Span<uint8_t> to) : to_(to) {}
  ~Writer() { CHECK(to_.empty()); }

  Writer& Type(MessageType type) { return U32(static_cast<uint32_t>(type)); }
  Writer& U32(uint32_t value) {
    StoreLe32(Take(4), value);
    return *this;
  }
  Writer& Bytes(absl::Span<const uint8_t> bytes) {
    std::copy(bytes.begin(), bytes.end(), Take(bytes.size()));
    return *this;
  }

 private:
  uint8_t* Take(size_t size) {
    CHECK_LE(size, to_.size());
    uint8_t* at = to_.data();
    to_.remove_prefix(size);
    return at;
  }
  absl::Span<uint8_t> to_;
};

class Reader {
 public:
  explicit Reader(absl::Span<const uint8_t> from) : from_(from) { Take(4); }  // the type
  ~Reader() { CHECK(from_.empty()); }

  Reader& U32(uint32_t* value) {
    *value = LoadLe32(Take(4));
    return *this;
  }
  Reader& Bytes(absl::Span<uint8_t> bytes) {
    std::copy_n(Take(bytes.size()), bytes.size(), bytes.begin());
    return *this;
  }

 private:
  const uint8_t* Take(size_t size) {
    CHECK_LE(size, from_.size());
    const uint8_t* at = from_.data();
    from_.remove_prefix(size);
    return at;
  }
  absl::Span<const uint8_t> from_;
};

// One row per message type; 0 is no message.
struct LengthRule {
  size_t len;
  bool exact;
};
constexpr LengthRule kLengthRules[] = {
    {0, true},
    {MessageHandshakeInitiation::kLen, true},
    {MessageHandshakeResponse::kLen, true},
    {MessageHandshakeCookie::kLen, true},
    {kMessageMinimumLength, false},
};

}  // namespace

MessageType ValidateHeaderLen(absl::Span<const uint8_t> datagram) {
  if (datagram.size() < sizeof(uint32_t)) return MessageType::kInvalid;
  const uint32_t type = LoadLe32(datagram.data());
  if (type == 0 || type >= std::size(kLengthRules)) return MessageType::kInvalid;
  const LengthRule& rule = kLengthRules[type];
  const bool good = rule.exact ? datagram.size() == rule.len : datagram.size() >= rule.len;
  return good ? static_cast<MessageType>(type) : MessageType::kInvalid;
}

void Encode(const MessageHandshakeInitiation& message, absl::Span<uint8_t> to) {
  Writer(to)
      .Type(MessageType::kHandshakeInitiation)
      .U32(message.sender_index)
      .Bytes(message.unencrypted_ephemeral.bytes)
      .Bytes(message.encrypted_static)
      .Bytes(message.encrypted_timestamp)
      .Bytes(message.macs.mac1)
      .Bytes(message.macs.mac2);
}

void Encode(const MessageHandshakeResponse& message, absl::Span<uint8_t> to) {
  Writer(to)
      .Type(MessageType::kHandshakeResponse)
      .U32(message.sender_index)
      .U32(message.receiver_index)
      .Bytes(message.unencrypted_ephemeral.bytes)
      .Bytes(message.encrypted_nothing)
      .Bytes(message.macs.mac1)
      .Bytes(message.macs.mac2);
}

void Encode(const MessageHandshakeCookie& message, absl::Span<uint8_t> to) {
  Writer(to)
      .Type(MessageType::kHandshakeCookie)
      .U32(message.receiver_index)
      .Bytes(message.nonce)
      .Bytes(message.encrypted_cookie);
}

void Encode(const MessageDataHeader& header, absl::Span<uint8_t> to) {
  CHECK_EQ(to.size(), MessageDataHeader::kLen);
  StoreLe32(to.data(), static_cast<uint32_t>(MessageType::kData));
  StoreLe32(to.data() + 4, header.key_idx);
  StoreLe64(to.data() + 8, header.counter);
}

void Decode(absl::Span<const uint8_t> from, MessageHandshakeInitiation* message) {
  Reader(from)
      .U32(&message->sender_index)
      .Bytes(absl::MakeSpan(message->unencrypted_ephemeral.bytes))
      .Bytes(absl::MakeSpan(message->encrypted_static))
      .Bytes(absl::MakeSpan(message->encrypted_timestamp))
      .Bytes(absl::MakeSpan(message->macs.mac1))
      .Bytes(absl::MakeSpan(message->macs.mac2));
}

void Decode(absl::Span<const uint8_t> from, MessageHandshakeResponse* message) {
  Reader(from)
      .U32(&message->sender_index)
      .U32(&message->receiver_index)
      .Bytes(absl::MakeSpan(message->unencrypted_ephemeral.bytes))
      .Bytes(absl::MakeSpan(message->encrypted_nothing))
      .Bytes(absl::MakeSpan(message->macs.mac1))
      .Bytes(absl::MakeSpan(message->macs.mac2));
}

void Decode(absl::Span<const uint8_t> from, MessageHandshakeCookie* message) {
  Reader(from)
      .U32(&message->receiver_index)
      .Bytes(absl::MakeSpan(message->nonce))
      .Bytes(absl::MakeSpan(message->encrypted_cookie));
}

void Decode(absl::Span<const uint8_t> from, MessageDataHeader* header) {
  CHECK_GE(from.size(), MessageDataHeader::kLen);
  header->key_idx = LoadLe32(from.data() + 4);
  header->counter = LoadLe64(from.data() + 8);
}

size_t CalculateSkbPadding(size_t len, size_t mtu, size_t multiple) {
  const size_t mask = multiple - 1;
  const size_t unit = mtu != 0 && len > mtu ? len % mtu : len;
  const size_t rounded = (unit + mask) & ~mask;
  return (mtu == 0 ? rounded : std::min(mtu, rounded)) - unit;
}

}  // namespace wg
