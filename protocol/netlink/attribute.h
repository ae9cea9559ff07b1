// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Netlink attributes (struct nlattr; include/net/netlink.h): a length and a type of 16 bits each,
// the payload, and zeros up to a multiple of 4. Payloads of nested attributes are attributes again.
//
//   AttributeReader reader(bytes);              AttributeWriter writer(&message, 4096);
//   for (Attribute a; reader.Next(&a);) ...     writer.PutU32(kDeviceFwmark, 0);
//   if (reader.leftover() > 0) ...              size_t nest;
//                                               if (writer.Begin(kDevicePeers, &nest)) ...
//
// Reading copies nothing: payloads are views of the message. Writing is bounded: what would not fit
// is not written at all, which is how senders and the kernel find out where to split.
#ifndef WGSIM_PROTOCOL_NETLINK_ATTRIBUTE_H_
#define WGSIM_PROTOCOL_NETLINK_ATTRIBUTE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protocol/netlink/uapi.h"

namespace wg::netlink {

// The longest message that a writer makes: then no attribute's length exceeds its 16 bits.
inline constexpr size_t kMaxMessageBytes = 65532;

constexpr size_t Aligned(size_t bytes) { return (bytes + kAlignment - 1) & ~(kAlignment - 1); }
// What an attribute with this payload takes, header and padding included.
constexpr size_t AttributeBytes(size_t payload) { return Aligned(kAttributeHeaderBytes + payload); }

struct Attribute {
  uint16_t type = 0;    // without the two flags
  bool nested = false;  // NLA_F_NESTED
  absl::Span<const uint8_t> payload;

  // REQUIRES: the payload has at least as many bytes.
  uint8_t u8() const { return payload[0]; }
  uint16_t u16() const;
  uint32_t u32() const;
  uint64_t u64() const;
};

// Walks the attributes of one level (nla_for_each_attr).
class AttributeReader {
 public:
  explicit AttributeReader(absl::Span<const uint8_t> bytes) : left_(bytes) {}

  // False at the end, and where what is left is no attribute: fewer bytes than a header, a length
  // below a header's or beyond the end. The last attribute may lack its padding.
  bool Next(Attribute* attribute);

  // Bytes that no attribute accounts for. REQUIRES: Next() has returned false.
  size_t leftover() const { return left_.size(); }

 private:
  absl::Span<const uint8_t> left_;
};

// Appends attributes to a message. One writer may have several nests open, the innermost last.
class AttributeWriter {
 public:
  // Lets *message, which outlives the writer, grow to at most `limit` bytes, those that it has
  // included. REQUIRES: limit <= kMaxMessageBytes; the message's length is a multiple of 4.
  AttributeWriter(std::vector<uint8_t>* message, size_t limit);

  // False, and nothing is written, if it does not fit.
  bool Put(uint16_t type, absl::Span<const uint8_t> payload);
  bool PutU8(uint16_t type, uint8_t value);
  bool PutU16(uint16_t type, uint16_t value);
  bool PutU32(uint16_t type, uint32_t value);
  bool PutU64(uint16_t type, uint64_t value);
  bool PutString(uint16_t type, absl::string_view text);  // and NUL

  // Opens a nested attribute; *nest is for End and Cancel. False as above.
  bool Begin(uint16_t type, size_t* nest);
  // What was written since Begin is its payload.
  void End(size_t nest);
  // The nest and all that is in it vanish.
  void Cancel(size_t nest);

  size_t room() const { return limit_ - message_->size(); }

 private:
  // The payload to be filled in, or nullptr.
  uint8_t* Append(uint16_t type, size_t payload);

  std::vector<uint8_t>* const message_;
  const size_t limit_;
};

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_ATTRIBUTE_H_
