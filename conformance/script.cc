// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/script.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "protocol/check.h"
#include "protocol/crypto/suite.h"

namespace conformance {
namespace {

constexpr uint8_t kTargetKeyByte = 0x41;

std::string InWords(absl::string_view types) {
  if (types.empty()) return "silence";
  std::string out;
  for (const char type : types) {
    const absl::string_view name = type == '1'   ? "initiation"
                                   : type == '2' ? "response"
                                   : type == '3' ? "cookie reply"
                                   : type == '4' ? "data"
                                                 : "unknown message";
    absl::StrAppend(&out, out.empty() ? "" : ", ", name);
  }
  return out;
}

template <typename Key>
std::string Base64(const Key& key) {
  return absl::Base64Escape(
      absl::string_view(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()));
}

}  // namespace

Script::Script(Target* target) : target_(target), began_(target->now().boot) {
  wg::PrivateKey key;
  key.bytes.fill(kTargetKeyByte);
  SetPrivateKey(key);
  target_.SetUp(true);
  target_.TakeDatagrams();
}

void Script::SetPrivateKey(const wg::PrivateKey& key) {
  wg::SetDevice request;
  request.private_key = key;
  Check("the private key is taken", target_.Configure(request) == wg::Errno::kOk);
  if (key != wg::PrivateKey()) CHECK(wg::RealCrypto().DerivePublic(key, &public_key_));
}

void Script::SetPeer(wg::SetPeer peer) {
  wg::SetDevice request;
  request.peers.push_back(std::move(peer));
  Check("the peer's part of a request is taken", target_.Configure(request) == wg::Errno::kOk);
}

wg::Tester Script::MakeStranger(uint8_t number) const {
  return wg::Tester(wg::RealCrypto(), number, public_key_);
}

wg::Tester& Script::AddTester() {
  testers_.push_back(std::make_unique<wg::Tester>(
      wg::RealCrypto(), static_cast<uint8_t>(testers_.size() + 1), public_key_));
  wg::Tester& tester = *testers_.back();
  wg::SetPeer peer{.public_key = tester.public_key, .endpoint = tester.address};
  peer.allowed_ips.push_back({.prefix = wg::Prefix::Host(tester.inner)});
  SetPeer(std::move(peer));
  return tester;
}

wg::GetPeer Script::PeerOf(const wg::Tester& tester) {
  for (wg::GetPeer& peer : target_.Read().peers) {
    if (peer.public_key == tester.public_key) return std::move(peer);
  }
  Check("the peer is listed", false);
  return {};
}

std::vector<wg::WireOut> Script::Exchange(const wg::WireBytes& bytes, const wg::Tester& tester) {
  return Exchange(bytes, tester.address);
}

std::vector<wg::WireOut> Script::Exchange(const wg::WireBytes& bytes, const wg::Endpoint& from,
                                          uint8_t ds) {
  target_.Deliver(bytes, from, ds);
  return target_.TakeDatagrams();
}

std::vector<wg::WireOut> Script::ExchangeAtSecond(const wg::WireBytes& bytes,
                                                  const wg::Endpoint& from) {
  if (!target_.DeliverAtSecond(bytes, from)) unsupported_ = "has one address only";
  return target_.TakeDatagrams();
}

std::vector<wg::WireOut> Script::SendInner(const wg::Tester& tester, uint32_t number) {
  return SendPacket(tester.InnerTo(number));
}

std::vector<wg::WireOut> Script::SendPacket(const wg::WireBytes& packet) {
  target_.SendInner(packet);
  return target_.TakeDatagrams();
}

absl::optional<wg::Tester::Session> Script::SessionByTester(wg::Tester& tester) {
  const std::vector<wg::WireOut> out = Exchange(tester.MakeInitiation(now()), tester);
  if (!Check("a valid initiation", out, "2")) return absl::nullopt;
  const absl::optional<wg::Tester::Session> session = tester.ConsumeResponse(out[0].bytes);
  if (!Check("the tester opens the response", session.has_value())) return absl::nullopt;
  Check("the keepalive that confirms it", Exchange(tester.Keepalive(*session, 0), tester), "");
  return session;
}

absl::optional<wg::Tester::Session> Script::SessionByTarget(wg::Tester& tester) {
  const std::vector<wg::WireOut> out = SendInner(tester);
  if (!Check("a packet for a peer without a session", out, "1")) return absl::nullopt;
  if (!Check("the tester opens the initiation", tester.ConsumeInitiation(out[0].bytes)))
    return absl::nullopt;
  wg::Tester::Session session;
  const std::vector<wg::WireOut> data = Exchange(tester.MakeResponse({}, &session), tester);
  if (!Check("the response is followed by the packet", data, "4")) return absl::nullopt;
  if (!Check("the tester opens it", tester.Open(session, data[0].bytes).has_value()))
    return absl::nullopt;
  return session;
}

bool Script::Load() {
  if (target_.PutUnderLoad()) return true;
  unsupported_ = "cannot be put under load";
  return false;
}

std::vector<wg::WireOut> Script::Pass(wg::Duration duration) {
  target_.Pass(duration);
  return target_.TakeDatagrams();
}

bool Script::Check(absl::string_view what, bool held) {
  return Check(what, held ? "it is so" : "it is not so", "it is so");
}

bool Script::Check(absl::string_view what, absl::string_view seen, absl::string_view expected) {
  ++checks_;
  if (seen == expected) return true;
  findings_.push_back(
      {std::string(what), std::string(expected), std::string(seen), elapsed(), history().size()});
  return false;
}

bool Script::Check(absl::string_view what, const std::vector<wg::WireOut>& seen,
                   absl::string_view expected) {
  return Check(what, InWords(wg::Types(seen)), InWords(expected));
}

bool Script::CheckSpan(absl::string_view what, wg::Duration seen, wg::Duration least,
                       wg::Duration most) {
  ++checks_;
  if (seen >= least - target_.tolerance() && seen <= most + target_.tolerance()) return true;
  const auto in_words = [](wg::Duration time) {
    return absl::FormatDuration(absl::FromChrono(time));
  };
  findings_.push_back(
      {std::string(what),
       least == most ? in_words(least) : absl::StrCat(in_words(least), " to ", in_words(most)),
       in_words(seen), elapsed(), history().size()});
  return false;
}

std::string Script::KeyLog() const {
  std::string out;
  for (const std::unique_ptr<wg::Tester>& tester : testers_) {
    absl::StrAppend(&out, "LOCAL_STATIC_PRIVATE_KEY = ", Base64(tester->private_key), "\n",
                    "REMOTE_STATIC_PUBLIC_KEY = ", Base64(tester->device_key), "\n");
    for (const wg::PrivateKey& ephemeral : tester->ephemerals()) {
      absl::StrAppend(&out, "LOCAL_EPHEMERAL_PRIVATE_KEY = ", Base64(ephemeral), "\n");
      if (tester->psk != wg::PresharedKey())
        absl::StrAppend(&out, "PRESHARED_KEY = ", Base64(tester->psk), "\n");
    }
  }
  return out;
}

void Script::CheckNoFault() {
  const std::string fault = target_.fault();
  if (fault.empty()) return;
  findings_.push_back(
      {"the implementation goes on", "it does", fault, elapsed(), history().size()});
}

bool Script::CheckNumber(absl::string_view what, uint64_t seen, uint64_t expected) {
  return Check(what, absl::StrCat(seen), absl::StrCat(expected));
}

}  // namespace conformance
