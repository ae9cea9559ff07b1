// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/uapi/text_set.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "protocol/ip.h"
#include "protocol/uapi/text_value.h"

namespace wg::uapi {
namespace {

// Where a line of the device's section stands in the order of a SetDevice.
enum Stage { kFwmark, kListenPort, kReplacePeers, kPrivateKey, kPeers };

class SetParser {
 public:
  explicit SetParser(HasPeer has_peer) : has_peer_(has_peer) {}

  SetRequest Parse(absl::string_view text) {
    absl::string_view line;
    for (int number = 1; NextLine(&text, &line); ++number) {
      const auto parts = SplitLine(line);
      IpcError error = IpcError::kProtocol;
      if (parts) {
        const auto [key, value] = *parts;
        error = key == "public_key" ? SelectPeer(value)
                : in_peer_          ? PeerLine(key, value)
                                    : DeviceLine(key, value);
      }
      if (error == IpcError::kNone) continue;
      request_.error = error;
      request_.message =
          absl::StrCat("line ", number, ": \"", line, "\" is ",
                       error == IpcError::kProtocol ? "no key=value" : "not understood here");
      break;
    }
    return std::move(request_);
  }

 private:
  static IpcError Known(bool ok) { return ok ? IpcError::kNone : IpcError::kInvalid; }

  // The device entry that a line of this stage belongs to.
  SetDevice& DeviceFor(Stage stage) {
    if (request_.devices.empty() || stage < stage_ || (stage == stage_ && stage != kPeers)) {
      request_.devices.emplace_back();
    }
    stage_ = stage;
    return request_.devices.back();
  }

  IpcError DeviceLine(absl::string_view key, absl::string_view value) {
    if (key == "private_key") {
      auto read = ParseKey<PrivateKey>(value);
      if (read) DeviceFor(kPrivateKey).private_key = *read;
      return Known(read.has_value());
    }
    if (key == "listen_port") {
      const auto read = ParseNumber<uint16_t>(value);
      if (read) DeviceFor(kListenPort).listen_port = *read;
      return Known(read.has_value());
    }
    if (key == "fwmark") {
      const auto read = ParseNumber<uint32_t>(value);
      if (read) DeviceFor(kFwmark).fwmark = *read;
      return Known(read.has_value());
    }
    if (key == "replace_peers" && value == "true") {
      DeviceFor(kReplacePeers).replace_peers = true;
      return IpcError::kNone;
    }
    return IpcError::kInvalid;
  }

  IpcError SelectPeer(absl::string_view value) {
    const auto key = ParseKey<PublicKey>(value);
    if (!key) return IpcError::kInvalid;
    in_peer_ = true;
    ignored_ = false;
    is_new_ = !Exists(*key);
    exists_[*key] = true;
    StartEntry(*key);
    first_entry_ = request_.devices.back().peers.size() - 1;
    return IpcError::kNone;
  }

  bool Exists(const PublicKey& key) const {
    const auto told = exists_.find(key);
    if (told != exists_.end()) return told->second;
    return has_peer_(key);
  }

  void StartEntry(const PublicKey& key) { DeviceFor(kPeers).peers.push_back({.public_key = key}); }
  SetPeer& entry() { return request_.devices.back().peers.back(); }
  // Of this peer's entries the one that sets what has no order among his lines: all that is sent afterwards uses it.
  SetPeer& first_entry() { return request_.devices.back().peers[first_entry_]; }

  // A further entry, for what comes after the allowed ips of the one so far.
  void SplitEntry() {
    const std::optional<uint16_t> keepalive =
        std::exchange(entry().persistent_keepalive, std::nullopt);
    StartEntry(PublicKey(entry().public_key));
    entry().persistent_keepalive = keepalive;  // sent at the end, once
  }

  // The peer does not exist from here on; the rest of its lines is read for nothing.
  void RemovePeer() {
    const PublicKey key = entry().public_key;
    // What its addresses took from others stays taken.
    if (!entry().allowed_ips.empty()) SplitEntry();
    entry().remove = true;
    exists_[key] = false;
    Ignore();
  }
  void Ignore() {
    ignored_ = true;
    spare_ = SetPeer{};
  }

  IpcError PeerLine(absl::string_view key, absl::string_view value) {
    if (key == "protocol_version") return Known(value == "1");
    if (key == "remove" || key == "update_only" || key == "replace_allowed_ips") {
      if (value != "true") return IpcError::kInvalid;
      if (!ignored_) PeerFlag(key);
      return IpcError::kNone;
    }
    if (key == "allowed_ip") return AllowedIpLine(value);
    if (key == "persistent_keepalive_interval") {
      const auto read = ParseNumber<uint16_t>(value);
      if (read) (ignored_ ? spare_ : entry()).persistent_keepalive = *read;
      return Known(read.has_value());
    }
    SetPeer& peer = ignored_ ? spare_ : first_entry();
    if (key == "preshared_key") {
      auto read = ParseKey<PresharedKey>(value);
      if (read) peer.preshared_key = *read;
      return Known(read.has_value());
    }
    if (key == "endpoint") {
      const auto read = Endpoint::Parse(value);
      if (read.ok()) peer.endpoint = *read;
      return Known(read.ok());
    }
    return IpcError::kInvalid;
  }

  IpcError AllowedIpLine(absl::string_view value) {
    const bool remove = absl::ConsumePrefix(&value, "-");
    const auto prefix = Prefix::Parse(value);
    // Here, unlike on wg(8)'s command line, the length is part of it.
    if (!prefix.ok() || !absl::StrContains(value, '/')) return IpcError::kInvalid;
    if (!ignored_) entry().allowed_ips.push_back({.prefix = *prefix, .remove = remove});
    return IpcError::kNone;
  }

  void PeerFlag(absl::string_view key) {
    if (key == "remove") {
      RemovePeer();
    } else if (key == "update_only") {
      if (!is_new_) return;
      // Too late, if lines before this have taken addresses from other peers: it has been made, and goes.
      if (!entry().allowed_ips.empty() || &entry() != &first_entry()) return RemovePeer();
      entry().update_only = true;  // creates nothing, then
      exists_[entry().public_key] = false;
      Ignore();
    } else {
      // It wipes what earlier lines have inserted.
      if (!entry().allowed_ips.empty()) SplitEntry();
      entry().replace_allowed_ips = true;
    }
  }

  const HasPeer has_peer_;
  SetRequest request_;
  Stage stage_ = kFwmark;
  bool in_peer_ = false;
  bool ignored_ = false;  // lines of this peer are read for nothing, into spare_
  bool is_new_ = false;   // this section has made the peer
  SetPeer spare_;
  size_t first_entry_ = 0;  // of the peer whose lines these are, in the last device
  absl::btree_map<PublicKey, bool> exists_;  // of the peers named so far
};

void AppendPeer(const SetPeer& peer, std::string* out) {
  absl::StrAppend(out, "public_key=", ToHex(peer.public_key.bytes), "\n");
  if (peer.remove) {
    absl::StrAppend(out, "remove=true\n");
    return;
  }
  if (peer.update_only) absl::StrAppend(out, "update_only=true\n");
  if (peer.preshared_key) {
    absl::StrAppend(out, "preshared_key=", ToHex(peer.preshared_key->bytes), "\n");
  }
  if (peer.endpoint) absl::StrAppend(out, "endpoint=", peer.endpoint->ToString(), "\n");
  if (peer.persistent_keepalive) {
    absl::StrAppend(out, "persistent_keepalive_interval=", *peer.persistent_keepalive, "\n");
  }
  if (peer.replace_allowed_ips) absl::StrAppend(out, "replace_allowed_ips=true\n");
  for (const AllowedIpChange& change : peer.allowed_ips) {
    absl::StrAppend(out, "allowed_ip=", change.remove ? "-" : "", change.prefix.ToString(), "\n");
  }
}

}  // namespace

size_t FindPeers(absl::string_view text) {
  constexpr absl::string_view kLine = "\npublic_key=";
  if (absl::StartsWith(text, kLine.substr(1))) return 0;
  const size_t newline = text.find(kLine);
  return newline == absl::string_view::npos ? text.size() : newline + 1;
}

SetRequest ParseSet(absl::string_view text, HasPeer has_peer) {
  return SetParser(has_peer).Parse(text);
}

std::string FormatSet(const SetDevice& request) {
  std::string out = "set=1\n";
  if (request.private_key) {
    absl::StrAppend(&out, "private_key=", ToHex(request.private_key->bytes), "\n");
  }
  if (request.listen_port) absl::StrAppend(&out, "listen_port=", *request.listen_port, "\n");
  if (request.fwmark) absl::StrAppend(&out, "fwmark=", *request.fwmark, "\n");
  if (request.replace_peers) absl::StrAppend(&out, "replace_peers=true\n");
  for (const SetPeer& peer : request.peers) AppendPeer(peer, &out);
  out += "\n";
  return out;
}

}  // namespace wg::uapi
