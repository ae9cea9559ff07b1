// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests of ConfigSession: requests in short, and a device that a test configures and asks.
#ifndef WGSIM_PROTOCOL_CONFIG_SESSION_FIXTURE_H_
#define WGSIM_PROTOCOL_CONFIG_SESSION_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "protocol/config_session.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/device_state.h"
#include "protocol/fake_entropy.h"

namespace wg {

const Now kNow = {BootTime(std::chrono::seconds(1000)),
                  WallTime(std::chrono::seconds(1'700'000'000))};

inline Prefix P(const char* text) { return Prefix::Parse(text).value(); }
inline IpAddress A(const char* text) { return IpAddress::Parse(text).value(); }

// The key of the peer that goes by this letter.
inline PublicKey Key(char name) {
  PublicKey key;
  key.bytes.fill(static_cast<uint8_t>(name));
  return key;
}
inline PrivateKey Private(uint8_t fill) {
  PrivateKey key;
  key.bytes.fill(fill);
  return key;
}

// "+10.0.0.0/8" or without sign: insert; "-10.0.0.0/8": remove; "!": an entry that a codec found
// wrong.
inline std::vector<AllowedIpChange> Entries(const std::vector<std::string>& texts) {
  std::vector<AllowedIpChange> entries;
  for (const std::string& text : texts) {
    AllowedIpChange change;
    if (text == "!") {
      change.error = Errno::kInval;
    } else {
      change.remove = text[0] == '-';
      change.prefix = P(text.c_str() + (text[0] == '-' || text[0] == '+'));
    }
    entries.push_back(change);
  }
  return entries;
}
inline SetPeer Add(char name, const std::vector<std::string>& allowed_ips = {}) {
  SetPeer peer;
  peer.public_key = Key(name);
  peer.allowed_ips = Entries(allowed_ips);
  return peer;
}
inline SetPeer Replace(char name, const std::vector<std::string>& allowed_ips) {
  SetPeer peer = Add(name, allowed_ips);
  peer.replace_allowed_ips = true;
  return peer;
}
inline SetPeer Remove(char name) {
  SetPeer peer = Add(name);
  peer.remove = true;
  return peer;
}
inline SetDevice Peers(std::vector<SetPeer> peers) {
  SetDevice request;
  request.peers = std::move(peers);
  return request;
}

// The mission's example: A has 192.168.0.2 and 192.168.0.3.
inline SetDevice TwoAddresses() { return Peers({Add('A', {"192.168.0.2/32", "192.168.0.3/32"})}); }

class ConfigSessionTest : public testing::Test {
 protected:
  explicit ConfigSessionTest(const Profile* profile = &kLinux616) { Use(profile); }

  void Use(const Profile* profile) {
    device_ = std::make_unique<Device>(DeviceOptions{.profile = profile,
                                                     .crypto = &ModelledCrypto(),
                                                     .entropy = &entropy_,
                                                     .pool = &pool_,
                                                     .module = &module_,
                                                     .now = kNow});
  }
  void TearDown() override {
    EXPECT_EQ(device_->state().allowed_ips.Validate(), "");
    fx_.Clear();
    device_.reset();
    EXPECT_EQ(pool_.live(), 0);
  }

  Errno Set(SetDevice request) { return Configure(device_.get(), std::move(request), kNow, &fx_); }

  std::string Owner(const IpAddress& address) const {
    const PublicKey* key = device_->Owner(address);
    return key == nullptr ? "-" : std::string(1, static_cast<char>(key->bytes[0]));
  }
  std::string Owner(const char* address) const { return Owner(A(address)); }

  // "step  answers" for every step, one per line; what no reader can see is left out unless `all`.
  std::string Trace(SetDevice request, const std::vector<const char*>& addresses,
                    bool all = false) {
    const auto answers = [&] {
      std::string text;
      for (const char* address : addresses) absl::StrAppend(&text, " ", Owner(address));
      return text;
    };
    std::string text = absl::StrCat("start |", answers(), "\n");
    ConfigSession session(device_.get(), std::move(request));
    while (const std::optional<ConfigStep> step = session.Next()) {
      session.Step(kNow, &fx_);
      const bool frame = step->kind == StepKind::kBegin || step->kind == StepKind::kEnd;
      if (frame && !all) continue;
      absl::StrAppend(&text, std::string(StepKindName(step->kind)));
      if (step->prefix) absl::StrAppend(&text, " ", step->prefix->ToString());
      if (step->changes != 1) absl::StrAppend(&text, " x", step->changes);
      absl::StrAppend(&text, " |", answers(), "\n");
    }
    if (session.error() != Errno::kOk) {
      absl::StrAppend(&text, std::string(ErrnoName(session.error())), "\n");
    }
    return text;
  }

  // "A[10.0.0.1/32] B[]", in the order of GET.
  std::string Config() const {
    std::vector<std::string> peers;
    for (const GetPeer& peer : device_->Get().peers) {
      peers.push_back(absl::StrCat(std::string(1, static_cast<char>(peer.public_key.bytes[0])), "[",
                                   absl::StrJoin(peer.allowed_ips, " ",
                                                 [](std::string* out, const Prefix& p) {
                                                   absl::StrAppend(out, p.ToString());
                                                 }),
                                   "]"));
    }
    return absl::StrJoin(peers, " ");
  }
  GetPeer Get(char name) const {
    for (const GetPeer& peer : device_->Get().peers) {
      if (peer.public_key == Key(name)) return peer;
    }
    ADD_FAILURE() << "no peer " << name;
    return {};
  }

  SeededEntropy entropy_{7};
  BufferPool pool_;
  Module module_;
  std::unique_ptr<Device> device_;
  Effects fx_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_CONFIG_SESSION_FIXTURE_H_
