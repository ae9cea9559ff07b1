// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Everything both ends must agree on: the constants of the protocol and its four messages on the
// wire (messages.h of the kernel; spec/handshake sections 1.1 and 2). All integers on the wire are
// little-endian. The structs are values, not overlays: Encode and Decode move them to and from
// bytes.
//
// A message's first word is its type with three zero bytes; ValidateHeaderLen compares the whole
// word, so that every message it lets through has exactly the bytes that Decode reads.
//
// Requirements: NOISE-001 to 008 092; COOKIE-017; TX-026; RX-001 to 003.
#ifndef WGSIM_PROTOCOL_MESSAGES_H_
#define WGSIM_PROTOCOL_MESSAGES_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "absl/types/span.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/time.h"

namespace wg {

// enum noise_lengths
inline constexpr size_t kNoisePublicKeyLen = kKeyLen;
inline constexpr size_t kNoiseSymmetricKeyLen = kKeyLen;
inline constexpr size_t kNoiseTimestampLen = 8 + 4;
inline constexpr size_t kNoiseAuthtagLen = kAuthTagLen;
inline constexpr size_t kNoiseHashLen = kHashLen;

constexpr size_t NoiseEncryptedLen(size_t plain_len) { return plain_len + kNoiseAuthtagLen; }

// enum cookie_values
inline constexpr Duration kCookieSecretMaxAge = std::chrono::seconds(120);
inline constexpr Duration kCookieSecretLatency = std::chrono::seconds(5);
inline constexpr size_t kCookieNonceLen = kXNonceLen;
inline constexpr size_t kCookieLen = kMacLen;

// enum counter_values, of a 64-bit machine
inline constexpr uint64_t kCounterBitsTotal = 8192;
inline constexpr uint64_t kCounterRedundantBits = 64;
inline constexpr uint64_t kCounterWindowSize = kCounterBitsTotal - kCounterRedundantBits;

// enum limits
inline constexpr uint64_t kRekeyAfterMessages = uint64_t{1} << 60;
inline constexpr uint64_t kRejectAfterMessages =
    std::numeric_limits<uint64_t>::max() - kCounterWindowSize - 1;
inline constexpr Duration kRekeyTimeout = std::chrono::seconds(5);
inline constexpr Duration kRekeyAfterTime = std::chrono::seconds(120);
inline constexpr Duration kRejectAfterTime = std::chrono::seconds(180);
inline constexpr int64_t kInitiationsPerSecond = 50;
inline constexpr size_t kMaxPeersPerDevice = size_t{1} << 20;
inline constexpr Duration kKeepaliveTimeout = std::chrono::seconds(10);
inline constexpr uint32_t kMaxTimerHandshakes = 90 / 5;  // 90 s / REKEY_TIMEOUT
inline constexpr size_t kMaxQueuedIncomingHandshakes = 4096;
inline constexpr size_t kMaxStagedPackets = 128;
inline constexpr size_t kMaxQueuedPackets = 1024;

// REKEY_TIMEOUT_JITTER_MAX_JIFFIES: jitter is uniform in [0, this) ticks.
constexpr uint32_t RekeyTimeoutJitterMaxJiffies(uint32_t hz) { return hz / 3; }

inline constexpr uint8_t kHandshakeDscp =
    0x88;  // the whole TOS byte of messages 1 and 2: AF41, no ECN

inline constexpr size_t kMessagePaddingMultiple = 16;

enum class MessageType : uint32_t {
  kInvalid = 0,
  kHandshakeInitiation = 1,
  kHandshakeResponse = 2,
  kHandshakeCookie = 3,
  kData = 4,
};

// struct message_macs: the last 32 bytes of messages 1 and 2.
struct MessageMacs {
  static constexpr size_t kLen = 2 * kCookieLen;
  Mac16 mac1{};
  Mac16 mac2{};
};

// struct message_handshake_initiation
struct MessageHandshakeInitiation {
  static constexpr size_t kLen = 148;
  uint32_t sender_index = 0;
  PublicKey unencrypted_ephemeral;
  std::array<uint8_t, NoiseEncryptedLen(kNoisePublicKeyLen)> encrypted_static{};
  std::array<uint8_t, NoiseEncryptedLen(kNoiseTimestampLen)> encrypted_timestamp{};
  MessageMacs macs;
};

// struct message_handshake_response
struct MessageHandshakeResponse {
  static constexpr size_t kLen = 92;
  uint32_t sender_index = 0;
  uint32_t receiver_index = 0;
  PublicKey unencrypted_ephemeral;
  std::array<uint8_t, NoiseEncryptedLen(0)> encrypted_nothing{};
  MessageMacs macs;
};

// struct message_handshake_cookie
struct MessageHandshakeCookie {
  static constexpr size_t kLen = 64;
  uint32_t receiver_index = 0;
  XNonce nonce{};
  std::array<uint8_t, NoiseEncryptedLen(kCookieLen)> encrypted_cookie{};
};

// struct message_data without its flexible end: the 16 bytes before the sealed inner packet.
struct MessageDataHeader {
  static constexpr size_t kLen = 16;
  uint32_t key_idx = 0;
  uint64_t counter = 0;
};

constexpr size_t MessageDataLen(size_t plain_len) {
  return NoiseEncryptedLen(plain_len) + MessageDataHeader::kLen;
}
inline constexpr size_t kMessageMinimumLength = MessageDataLen(0);  // a keepalive

static_assert(kMessageMinimumLength == 32);
static_assert(kRejectAfterMessages == 0xffffffffffffe03e);

// Which message `datagram` is, by its first word and its length: exact for types 1 to 3, at least
// kMessageMinimumLength for data; kInvalid for everything else, also for fewer than four bytes
// (validate_header_len, prepare_skb_header).
MessageType ValidateHeaderLen(absl::Span<const uint8_t> datagram);

// Encode writes exactly kLen bytes. Decode reads them and does not look at the type.
// REQUIRES: the span has exactly kLen bytes (the header of a data message: at least).
void Encode(const MessageHandshakeInitiation& message, absl::Span<uint8_t> to);
void Encode(const MessageHandshakeResponse& message, absl::Span<uint8_t> to);
void Encode(const MessageHandshakeCookie& message, absl::Span<uint8_t> to);
void Encode(const MessageDataHeader& header, absl::Span<uint8_t> to);

void Decode(absl::Span<const uint8_t> from, MessageHandshakeInitiation* message);
void Decode(absl::Span<const uint8_t> from, MessageHandshakeResponse* message);
void Decode(absl::Span<const uint8_t> from, MessageHandshakeCookie* message);
void Decode(absl::Span<const uint8_t> from, MessageDataHeader* header);

// The number of zero bytes that are put behind an inner packet of `len` bytes before it is sealed:
// up to the next multiple of 16, but never beyond the `mtu` remembered for this packet. A packet
// longer than the MTU is padded by its length modulo the MTU; an MTU of 0 sets no limit
// (calculate_skb_padding). 0 for an empty packet: a keepalive has no padding. `multiple` is that of
// the modelled implementation. REQUIRES: it is a power of two.
size_t CalculateSkbPadding(size_t len, size_t mtu, size_t multiple = kMessagePaddingMultiple);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_MESSAGES_H_
