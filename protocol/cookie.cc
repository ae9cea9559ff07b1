// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/cookie.h"

#include <algorithm>

#include "protocol/birthdate.h"
#include "protocol/check.h"
#include "protocol/endian.h"

namespace wg {
namespace {

constexpr uint8_t kMac1KeyLabel[] = {'m', 'a', 'c', '1', '-', '-', '-', '-'};
constexpr uint8_t kCookieKeyLabel[] = {'c', 'o', 'o', 'k', 'i', 'e', '-', '-'};

// precompute_key
void PrecomputeKey(absl::Span<const uint8_t> label, const PublicKey& public_key,
                   SymmetricKey* key) {
  key->bytes = Blake2s({label, public_key.bytes});
}

// A handshake message cut at its macs.
struct MacFields {
  explicit MacFields(absl::Span<const uint8_t> message) {
    CHECK_GE(message.size(), MessageMacs::kLen);
    before_mac1 = message.first(message.size() - 2 * kCookieLen);
    before_mac2 = message.first(message.size() - kCookieLen);
    mac1 = message.subspan(before_mac1.size(), kCookieLen);
    mac2 = message.subspan(before_mac2.size());
  }
  absl::Span<const uint8_t> before_mac1;
  absl::Span<const uint8_t> before_mac2;
  absl::Span<const uint8_t> mac1;
  absl::Span<const uint8_t> mac2;
};

}  // namespace

CookieChecker::CookieChecker(Now now, Entropy& entropy, const Profile& profile)
    : profile_(profile), secret_birthdate_(now.boot) {
  entropy.Fill(absl::MakeSpan(secret_.bytes));
}

void CookieChecker::PrecomputeDeviceKeys(const NoiseStaticIdentity& identity) {
  if (identity.has_identity()) {
    PrecomputeKey(kCookieKeyLabel, identity.public_key(), &cookie_encryption_key_);
    PrecomputeKey(kMac1KeyLabel, identity.public_key(), &message_mac1_key_);
  } else {
    cookie_encryption_key_.Wipe();
    message_mac1_key_.Wipe();
  }
}

bool CookieChecker::SecretHasExpired(Now now) const {
  return BirthdateHasExpired(secret_birthdate_, profile_.cookies.secret_max_age, now.boot);
}

Mac16 CookieChecker::CookieOf(const Endpoint& source) const {
  uint8_t where[16 + 2];
  source.address.CopyBytes(where);
  auto length = static_cast<size_t>(source.address.size());
  if (profile_.cookies.covers_port) {
    StoreBe16(where + length, source.port);
    length += 2;
  }
  return Blake2sMac16(secret_.bytes, {absl::MakeConstSpan(where, length)});
}

Mac16 CookieChecker::MakeCookie(Now now, Entropy& entropy, const Endpoint& source) {
  if (SecretHasExpired(now)) {
    const CookieRules& rules = profile_.cookies;
    secret_birthdate_ = rules.secret_in_fixed_periods
                            ? now.boot - (now.boot - secret_birthdate_) % rules.secret_max_age
                            : now.boot;
    entropy.Fill(absl::MakeSpan(secret_.bytes));
  }
  return CookieOf(source);
}

CookieMacState CookieChecker::ValidatePacket(Now now, Entropy& entropy, RateLimiter& ratelimiter,
                                             uint64_t netns, absl::Span<const uint8_t> message,
                                             const Endpoint& source, bool check_cookie) {
  const MacFields fields(message);
  const Mac16 mac1 = Blake2sMac16(message_mac1_key_.bytes, {fields.before_mac1});
  if (!ConstantTimeEqual(mac1, fields.mac1)) return CookieMacState::kInvalidMac;
  if (!check_cookie) return CookieMacState::kValidMacButNoCookie;
  if (SecretHasExpired(now) && !profile_.cookies.checking_renews_secret) {
    return CookieMacState::kValidMacButNoCookie;
  }
  const Mac16 cookie = MakeCookie(now, entropy, source);
  const Mac16 mac2 = Blake2sMac16(cookie, {fields.before_mac2});
  if (!ConstantTimeEqual(mac2, fields.mac2)) return CookieMacState::kValidMacButNoCookie;
  if (profile_.load.limits_sources && !ratelimiter.Allow(now.boot, netns, source.address)) {
    return CookieMacState::kValidMacWithCookieButRatelimited;
  }
  return CookieMacState::kValidMacWithCookie;
}

void CookieChecker::CreateMessage(const CryptoSuite& crypto, Now now, Entropy& entropy,
                                  absl::Span<const uint8_t> message, const Endpoint& source,
                                  MessageHandshakeCookie* reply) {
  // Messages 1 and 2 have their sender index at the same place.
  reply->receiver_index = LoadLe32(message.data() + 4);
  entropy.Fill(absl::MakeSpan(reply->nonce));
  const Mac16 cookie = MakeCookie(now, entropy, source);
  const absl::Span<uint8_t> sealed = absl::MakeSpan(reply->encrypted_cookie);
  std::copy(cookie.begin(), cookie.end(), sealed.begin());
  crypto.XSeal(cookie_encryption_key_, reply->nonce, MacFields(message).mac1,
               sealed.first(kCookieLen), sealed.data() + kCookieLen);
}

CookieJar::CookieJar(const PublicKey& remote_static) {
  PrecomputeKey(kCookieKeyLabel, remote_static, &cookie_decryption_key_);
  PrecomputeKey(kMac1KeyLabel, remote_static, &message_mac1_key_);
}

CookieJar::~CookieJar() { SecureWipe(absl::MakeSpan(cookie_)); }

void CookieJar::AddMacToPacket(Now now, absl::Span<uint8_t> message, const CookieRules& rules) {
  const MacFields fields(message);
  last_mac1_sent_ = Blake2sMac16(message_mac1_key_.bytes, {fields.before_mac1});
  have_sent_mac1_ = true;
  const auto mac1 = message.begin() + static_cast<ptrdiff_t>(fields.before_mac1.size());
  const auto mac2 = std::copy(last_mac1_sent_.begin(), last_mac1_sent_.end(), mac1);
  if (is_valid_ && !BirthdateHasExpired(birthdate_, rules.use_for, now.boot)) {
    const Mac16 mac = Blake2sMac16(cookie_, {fields.before_mac2});
    std::copy(mac.begin(), mac.end(), mac2);
  } else {
    std::fill(mac2, message.end(), uint8_t{0});
  }
}

bool CookieJar::Consume(const CryptoSuite& crypto, Now now, const MessageHandshakeCookie& reply,
                        const CookieRules& rules) {
  if (!have_sent_mac1_) return false;
  Mac16 cookie;
  std::copy_n(reply.encrypted_cookie.begin(), kCookieLen, cookie.begin());
  if (!crypto.XOpen(cookie_decryption_key_, reply.nonce, last_mac1_sent_, absl::MakeSpan(cookie),
                    reply.encrypted_cookie.data() + kCookieLen)) {
    return false;
  }
  cookie_ = cookie;
  birthdate_ = now.boot;
  is_valid_ = true;
  have_sent_mac1_ = rules.takes_second_reply;
  return true;
}

PeerId ConsumeCookieMessage(const CryptoSuite& crypto, Now now, const MessageHandshakeCookie& reply,
                            const IndexTable& index_table,
                            absl::FunctionRef<CookieJar*(PeerId)> jar_of_peer,
                            const CookieRules& rules) {
  const IndexEntry* entry = index_table.Lookup(reply.receiver_index, IndexType::kAny);
  if (entry == nullptr) return PeerId::kNone;
  CookieJar* jar = jar_of_peer(entry->peer);
  CHECK(jar != nullptr);
  return jar->Consume(crypto, now, reply, rules) ? entry->peer : PeerId::kNone;
}

}  // namespace wg
