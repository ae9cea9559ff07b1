// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/wire_tester.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "protocol/check.h"
#include "protocol/endian.h"

namespace wg {
namespace {

constexpr char kMac1Label[] = {'m', 'a', 'c', '1', '-', '-', '-', '-'};
constexpr char kCookieLabel[] = {'c', 'o', 'o', 'k', 'i', 'e', '-', '-'};
constexpr uint32_t kInnerNetwork = 0x0a000000;
constexpr uint8_t kExperimental = 253;  // protocol number of RFC 3692: nobody reads on

Mac16 MacAt(const WireBytes& message, size_t from_end) {
  Mac16 mac;
  std::copy_n(message.end() - static_cast<ptrdiff_t>(from_end), mac.size(), mac.begin());
  return mac;
}

}  // namespace

std::string Types(const std::vector<WireOut>& out) {
  std::string types;
  for (const WireOut& datagram : out) types += static_cast<char>('0' + datagram.bytes[0]);
  return types;
}

SymmetricKey LabelledKey(absl::Span<const char> label, const PublicKey& public_key) {
  const WireBytes bytes(label.begin(), label.end());
  return SymmetricKey(Blake2s({bytes, public_key.bytes}));
}

Mac16 Mac1Of(const WireBytes& message) { return MacAt(message, 32); }
Mac16 Mac2Of(const WireBytes& message) { return MacAt(message, 16); }

std::vector<PublicKey> LowOrderPoints() {
  std::vector<PublicKey> points(2);
  points[1].bytes[0] = 1;
  for (const char* hex : {"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                          "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"}) {
    points.push_back({*KeyFromHex(hex)});
  }
  for (const uint8_t first : {0xec, 0xed, 0xee}) {
    PublicKey point;
    point.bytes.fill(0xff);
    point.bytes.front() = first;
    point.bytes.back() = 0x7f;
    points.push_back(point);
  }
  return points;
}

Tester::Tester(const CryptoSuite& crypto, uint8_t number, const PublicKey& device)
    : device_key(device), crypto_(crypto), entropy_(number) {
  private_key.bytes.fill(static_cast<uint8_t>(0x80 + number));
  CHECK(crypto.DerivePublic(private_key, &public_key));
  address = {IpAddress::V4(0xc6336400u + number), static_cast<uint16_t>(40000 + number),
             0};  // no dissector claims these ports
  inner = IpAddress::V4(kInnerNetwork + number);
}

PrivateKey Tester::NewEphemeral(PublicKey* public_key) {
  PrivateKey key;
  entropy_.Fill(absl::MakeSpan(key.bytes));
  Clamp(&key);
  CHECK(crypto_.DerivePublic(key, public_key));
  ephemerals_.push_back(key);
  return key;
}

WireBytes Tester::MakeInitiation(const Tai64n& stamp, const InitiationOptions& options) {
  MessageHandshakeInitiation message;
  message.sender_index = initiated_index_ = options.sender_index;
  initiated_ = SymmetricState(device_key);
  initiated_ephemeral_ = NewEphemeral(&message.unencrypted_ephemeral);
  if (options.ephemeral) message.unencrypted_ephemeral = *options.ephemeral;
  initiated_.MixEphemeral(message.unencrypted_ephemeral);
  SymmetricKey key;
  if (options.ephemeral) {
    initiated_.MixKey(SharedSecret().bytes, &key);
  } else {
    CHECK(initiated_.MixDh(crypto_, initiated_ephemeral_, device_key, &key));
  }
  const PublicKey& claimed = options.claimed_static ? *options.claimed_static : public_key;
  initiated_.EncryptAndHash(crypto_, key, claimed.bytes, absl::MakeSpan(message.encrypted_static));
  CHECK(initiated_.MixDh(crypto_, private_key, device_key, &key));
  initiated_.EncryptAndHash(crypto_, key, stamp.bytes, absl::MakeSpan(message.encrypted_timestamp));
  WireBytes bytes(MessageHandshakeInitiation::kLen);
  Encode(message, absl::MakeSpan(bytes));
  SetMacs(&bytes);
  return bytes;
}

absl::optional<Tester::Session> Tester::ConsumeResponse(const WireBytes& bytes) {
  if (bytes.size() != MessageHandshakeResponse::kLen) return absl::nullopt;
  MessageHandshakeResponse message;
  Decode(bytes, &message);
  if (message.receiver_index != initiated_index_) return absl::nullopt;
  SymmetricState state = initiated_;
  state.MixEphemeral(message.unencrypted_ephemeral);
  SymmetricKey key;
  if (!state.MixDh(crypto_, initiated_ephemeral_, message.unencrypted_ephemeral, nullptr) ||
      !state.MixDh(crypto_, private_key, message.unencrypted_ephemeral, nullptr)) {
    return absl::nullopt;
  }
  state.MixPsk(psk, &key);
  if (!state.DecryptAndHash(crypto_, key, message.encrypted_nothing, {})) return absl::nullopt;
  Session session{.index = initiated_index_, .remote_index = message.sender_index};
  state.Split(&session.sending, &session.receiving);
  return session;
}

bool Tester::ConsumeInitiation(const WireBytes& bytes) {
  if (bytes.size() != MessageHandshakeInitiation::kLen || bytes[0] != 1) return false;
  MessageHandshakeInitiation message;
  Decode(bytes, &message);
  const auto before_mac1 = absl::MakeConstSpan(bytes).first(116);
  if (Blake2sMac16(LabelledKey(kMac1Label, public_key).bytes, {before_mac1}) != Mac1Of(bytes)) {
    return false;
  }
  opened_ = SymmetricState(public_key);
  opened_index_ = message.sender_index;
  opened_ephemeral_ = message.unencrypted_ephemeral;
  opened_.MixEphemeral(opened_ephemeral_);
  SymmetricKey key;
  return opened_.MixDh(crypto_, private_key, opened_ephemeral_, &key) &&
         opened_.DecryptAndHash(crypto_, key, message.encrypted_static,
                                absl::MakeSpan(opened_static_.bytes)) &&
         opened_static_ == device_key &&
         opened_.MixDh(crypto_, private_key, opened_static_, &key) &&
         opened_.DecryptAndHash(crypto_, key, message.encrypted_timestamp,
                                absl::MakeSpan(opened_stamp_.bytes));
}

WireBytes Tester::MakeResponse(const ResponseOptions& options, Session* session) {
  MessageHandshakeResponse message;
  message.sender_index = options.sender_index;
  message.receiver_index = opened_index_;
  SymmetricState state = opened_;
  const PrivateKey ephemeral = NewEphemeral(&message.unencrypted_ephemeral);
  if (options.ephemeral) message.unencrypted_ephemeral = *options.ephemeral;
  state.MixEphemeral(message.unencrypted_ephemeral);
  if (options.ephemeral) {
    state.MixKey(SharedSecret().bytes);
    state.MixKey(SharedSecret().bytes);
  } else {
    CHECK(state.MixDh(crypto_, ephemeral, opened_ephemeral_, nullptr));
    CHECK(state.MixDh(crypto_, ephemeral, opened_static_, nullptr));
  }
  SymmetricKey key;
  state.MixPsk(psk, &key);
  state.EncryptAndHash(crypto_, key, {}, absl::MakeSpan(message.encrypted_nothing));
  if (session != nullptr) {
    session->index = options.sender_index;
    session->remote_index = opened_index_;
    state.Split(&session->receiving, &session->sending);
  }
  WireBytes bytes(MessageHandshakeResponse::kLen);
  Encode(message, absl::MakeSpan(bytes));
  SetMacs(&bytes);
  return bytes;
}

WireBytes Tester::Data(const Session& session, uint64_t counter,
                       absl::Span<const uint8_t> plain) const {
  WireBytes bytes(MessageDataLen(plain.size()));
  const absl::Span<uint8_t> all = absl::MakeSpan(bytes);
  Encode(MessageDataHeader{session.remote_index, counter}, all.first(MessageDataHeader::kLen));
  std::copy(plain.begin(), plain.end(), bytes.begin() + MessageDataHeader::kLen);
  crypto_.Seal(session.sending, counter, {}, all.subspan(MessageDataHeader::kLen, plain.size()),
               bytes.data() + MessageDataHeader::kLen + plain.size());
  return bytes;
}

absl::optional<WireBytes> Tester::Open(const Session& session, const WireBytes& message) const {
  if (message.size() < kMessageMinimumLength || message[0] != 4) return absl::nullopt;
  MessageDataHeader header;
  Decode(message, &header);
  if (header.key_idx != session.index) return absl::nullopt;
  WireBytes plain(message.begin() + MessageDataHeader::kLen, message.end() - kNoiseAuthtagLen);
  if (!crypto_.Open(session.receiving, header.counter, {}, absl::MakeSpan(plain),
                    message.data() + message.size() - kNoiseAuthtagLen)) {
    return absl::nullopt;
  }
  return plain;
}

void Tester::SetMacs(WireBytes* message, absl::optional<Mac16> cookie) const {
  const auto all = absl::MakeConstSpan(*message);
  const Mac16 mac1 = Blake2sMac16(LabelledKey(kMac1Label, device_key).bytes,
                                  {all.first(all.size() - 2 * kMacLen)});
  std::copy(mac1.begin(), mac1.end(), message->end() - 2 * kMacLen);
  Mac16 mac2{};
  if (cookie) mac2 = Blake2sMac16(*cookie, {all.first(all.size() - kMacLen)});
  std::copy(mac2.begin(), mac2.end(), message->end() - kMacLen);
}

WireBytes Tester::InnerFrom(uint32_t number) const {
  WireBytes packet(84);
  packet[0] = 0x45;
  packet[9] = kExperimental;
  StoreBe16(packet.data() + 2, static_cast<uint16_t>(packet.size()));
  inner.CopyBytes(packet.data() + 12);
  StoreBe32(packet.data() + 16, kInnerNetwork + 0xff);
  StoreBe32(packet.data() + 20, number);
  return packet;
}

WireBytes Tester::InnerTo(uint32_t number) const {
  WireBytes packet = InnerFrom(number);
  inner.CopyBytes(packet.data() + 16);
  return packet;
}

WireBytes Tester::MakeCookieReply(const WireBytes& message, const Mac16& cookie,
                                  const Reply& options) {
  MessageHandshakeCookie reply;
  reply.receiver_index = options.receiver_index.value_or(LoadLe32(message.data() + 4));
  entropy_.Fill(absl::MakeSpan(reply.nonce));
  const absl::Span<uint8_t> sealed = absl::MakeSpan(reply.encrypted_cookie);
  std::copy(cookie.begin(), cookie.end(), sealed.begin());
  crypto_.XSeal(LabelledKey(kCookieLabel, options.issuer.value_or(public_key)), reply.nonce,
                options.aad.value_or(Mac1Of(message)), sealed.first(kCookieLen),
                sealed.data() + kCookieLen);
  WireBytes bytes(MessageHandshakeCookie::kLen);
  Encode(reply, absl::MakeSpan(bytes));
  return bytes;
}

absl::optional<Mac16> Tester::OpenCookieReply(const WireBytes& bytes,
                                              const WireBytes& message) const {
  if (bytes.size() != MessageHandshakeCookie::kLen || bytes[0] != 3) return absl::nullopt;
  MessageHandshakeCookie reply;
  Decode(bytes, &reply);
  Mac16 cookie;
  std::copy_n(reply.encrypted_cookie.begin(), cookie.size(), cookie.begin());
  if (!crypto_.XOpen(LabelledKey(kCookieLabel, device_key), reply.nonce, Mac1Of(message),
                     absl::MakeSpan(cookie), reply.encrypted_cookie.data() + kCookieLen)) {
    return absl::nullopt;
  }
  return cookie;
}

}  // namespace wg
