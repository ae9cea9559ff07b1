// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The oracle of the text protocol's tests: a device that is nothing but its configuration, and takes one line at a time,
// each with its effect at once (spec/data 3.5). It knows no order but the stream's.
#ifndef WGSIM_PROTOCOL_UAPI_NAIVE_TEXT_DEVICE_H_
#define WGSIM_PROTOCOL_UAPI_NAIVE_TEXT_DEVICE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"

namespace wg::uapi {

class NaiveTextDevice {
 public:
  // `public_keys`: of every private key that will be set, both as 64 digits.
  explicit NaiveTextDevice(std::map<std::string, std::string> public_keys)
      : public_keys_(std::move(public_keys)) {}

  // A request's lines up to the first wrong one. Returns its errno, or 0.
  int Set(absl::Span<const std::string> lines) {
    in_peer_ = false;
    for (const std::string& line : lines) {
      const size_t sign = line.find('=');
      if (sign == std::string::npos) return -71;
      if (!Line(line.substr(0, sign), line.substr(sign + 1))) return -22;
    }
    return 0;
  }

  GetDevice Get() const { return device_; }

 private:
  static KeyBytes Bytes(const std::string& digits) { return *KeyFromHex(digits); }
  bool IsOwn(const PublicKey& key) const { return device_.public_key == key; }
  std::vector<GetPeer>::iterator Find(const PublicKey& key) {
    return std::find_if(device_.peers.begin(), device_.peers.end(),
                        [&](const GetPeer& peer) { return peer.public_key == key; });
  }
  void Remove(const PublicKey& key) {
    if (const auto peer = Find(key); peer != device_.peers.end()) device_.peers.erase(peer);
  }

  bool Line(const std::string& key, const std::string& value) {
    if (key == "public_key") {
      in_peer_ = true;
      selected_.bytes = Bytes(value);
      dummy_ = IsOwn(selected_);
      created_ = !dummy_ && Find(selected_) == device_.peers.end();
      if (created_) device_.peers.push_back({.public_key = selected_});
      return true;
    }
    return in_peer_ ? PeerLine(key, value) : DeviceLine(key, value);
  }

  bool DeviceLine(const std::string& key, const std::string& value) {
    if (key == "fwmark") {
      device_.fwmark = static_cast<uint32_t>(std::stoul(value));
    } else if (key == "listen_port") {
      device_.listen_port = static_cast<uint16_t>(std::stoul(value));
    } else if (key == "replace_peers" && value == "true") {
      device_.peers.clear();
    } else if (key == "private_key") {
      device_.private_key.reset();
      device_.public_key.reset();
      if (value == std::string(64, '0')) return true;
      device_.private_key = PrivateKey(Bytes(value));
      device_.public_key = PublicKey{Bytes(public_keys_.at(value))};
      Remove(*device_.public_key);
    } else {
      return false;
    }
    return true;
  }

  bool PeerLine(const std::string& key, const std::string& value) {
    const bool is_true = value == "true";
    if (key == "update_only" && is_true) {
      if (created_ && !dummy_) Ignore();
    } else if (key == "remove" && is_true) {
      Ignore();
    } else if (key == "replace_allowed_ips" && is_true) {
      if (!dummy_) Find(selected_)->allowed_ips.clear();
    } else if (key == "preshared_key") {
      if (!dummy_) Find(selected_)->preshared_key = PresharedKey(Bytes(value));
    } else if (key == "endpoint") {
      if (!dummy_) Find(selected_)->endpoint = *Endpoint::Parse(value);
    } else if (key == "persistent_keepalive_interval") {
      if (!dummy_) Find(selected_)->persistent_keepalive = static_cast<uint16_t>(std::stoul(value));
    } else if (key == "allowed_ip") {
      if (!dummy_) AllowedIp(value);
    } else {
      return false;
    }
    return true;
  }

  void Ignore() {
    if (!dummy_) Remove(selected_);
    dummy_ = true;
  }

  void AllowedIp(const std::string& value) {
    const bool remove = absl::StartsWith(value, "-");
    const Prefix prefix = *Prefix::Parse(value.substr(remove ? 1 : 0));
    for (GetPeer& peer : device_.peers) {
      if (remove && !(peer.public_key == selected_)) continue;
      const auto last = std::remove(peer.allowed_ips.begin(), peer.allowed_ips.end(), prefix);
      peer.allowed_ips.erase(last, peer.allowed_ips.end());
    }
    if (!remove) Find(selected_)->allowed_ips.push_back(prefix);
  }

  const std::map<std::string, std::string> public_keys_;
  GetDevice device_;
  bool in_peer_ = false;
  PublicKey selected_;
  bool created_ = false;
  bool dummy_ = false;
};

// Two private keys that a device may be given.
inline std::string PrivateDigits(int number) {
  return absl::StrCat(number == 0 ? "a8" : "b0", std::string(60, '5'), "55");
}

// A line for each value of a byte, most of them right: few peers and prefixes, so that they meet. `own`: the public keys of
// PrivateDigits 0 and 1.
inline std::vector<std::string> LinesOf(absl::Span<const uint8_t> bytes,
                                        const std::vector<std::string>& own) {
  const auto key = [](char digit) { return std::string(64, digit); };
  const std::vector<std::string> choices = {absl::StrCat("public_key=", key('c')),
                                            absl::StrCat("public_key=", key('d')),
                                            absl::StrCat("public_key=", key('e')),
                                            absl::StrCat("public_key=", own[0]),
                                            absl::StrCat("public_key=", own[1]),
                                            absl::StrCat("public_key=", key('c')),
                                            "allowed_ip=10.0.0.0/8",
                                            "allowed_ip=10.0.0.1/32",
                                            "allowed_ip=fd00::/64",
                                            "allowed_ip=0.0.0.0/0",
                                            "allowed_ip=-10.0.0.0/8",
                                            "allowed_ip=-10.0.0.1/32",
                                            "allowed_ip=-fd00::/64",
                                            "replace_allowed_ips=true",
                                            "replace_allowed_ips=true",
                                            "update_only=true",
                                            "update_only=true",
                                            "remove=true",
                                            "persistent_keepalive_interval=25",
                                            "persistent_keepalive_interval=0",
                                            absl::StrCat("preshared_key=", key('1')),
                                            absl::StrCat("preshared_key=", key('0')),
                                            "endpoint=192.0.2.1:7",
                                            "endpoint=[2001:db8::1]:8",
                                            "listen_port=51820",
                                            "listen_port=0",
                                            "fwmark=7",
                                            "fwmark=0",
                                            "replace_peers=true",
                                            absl::StrCat("private_key=", PrivateDigits(0)),
                                            absl::StrCat("private_key=", PrivateDigits(1)),
                                            absl::StrCat("private_key=", key('0')),
                                            "colour=red",
                                            "nothing"};
  std::vector<std::string> lines;
  // The wrong ones less often.
  for (uint8_t byte : bytes)
    lines.push_back(choices[byte < 250 ? byte % (choices.size() - 2) : byte - 250 < 3 ? 32 : 33]);
  return lines;
}

}  // namespace wg::uapi

#endif  // WGSIM_PROTOCOL_UAPI_NAIVE_TEXT_DEVICE_H_
