// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/uapi/text_get.h"

#include <chrono>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "protocol/time.h"
#include "protocol/uapi/text_value.h"

namespace wg::uapi {
namespace {

constexpr int64_t kNanosecondsOfASecond = 1'000'000'000;
// WallTime holds no more.
constexpr uint64_t kMostSeconds = uint64_t{1} << 33;

void AppendPeer(const GetPeer& peer, std::string* out) {
  const int64_t since_epoch = peer.last_handshake.time_since_epoch().count();
  absl::StrAppend(out, "public_key=", ToHex(peer.public_key.bytes), "\n",
                  "preshared_key=", ToHex(peer.preshared_key.bytes), "\n",
                  "protocol_version=1\n");
  if (peer.endpoint) absl::StrAppend(out, "endpoint=", peer.endpoint.ToString(), "\n");
  absl::StrAppend(out, "last_handshake_time_sec=", since_epoch / kNanosecondsOfASecond, "\n",
                  "last_handshake_time_nsec=", since_epoch % kNanosecondsOfASecond, "\n",
                  "tx_bytes=", peer.tx_bytes, "\n", "rx_bytes=", peer.rx_bytes, "\n",
                  "persistent_keepalive_interval=", peer.persistent_keepalive, "\n");
  for (const Prefix& prefix : peer.allowed_ips) {
    absl::StrAppend(out, "allowed_ip=", prefix.ToString(), "\n");
  }
}

template <typename Number>
bool Read(absl::string_view text, Number* number) {
  const std::optional<Number> read = ParseNumber<Number>(text);
  if (read) *number = *read;
  return read.has_value();
}

bool ReadDeviceLine(absl::string_view key, absl::string_view value, GetDevice* device) {
  if (key == "listen_port") return Read(value, &device->listen_port);
  if (key == "fwmark") return Read(value, &device->fwmark);
  if (key != "private_key") return false;
  device->private_key = ParseKey<PrivateKey>(value);
  return device->private_key.has_value();
}

bool ReadPeerLine(absl::string_view key, absl::string_view value, GetPeer* peer) {
  if (key == "preshared_key") {
    const auto read = ParseKey<PresharedKey>(value);
    if (read) peer->preshared_key = *read;
    return read.has_value();
  }
  if (key == "protocol_version") return value == "1";
  if (key == "endpoint") {
    const auto read = Endpoint::Parse(value);
    if (read.ok()) peer->endpoint = *read;
    return read.ok();
  }
  if (key == "tx_bytes") return Read(value, &peer->tx_bytes);
  if (key == "rx_bytes") return Read(value, &peer->rx_bytes);
  if (key == "persistent_keepalive_interval") return Read(value, &peer->persistent_keepalive);
  if (key == "allowed_ip") {
    const auto read = Prefix::Parse(value);
    if (read.ok()) peer->allowed_ips.push_back(*read);
    return read.ok();
  }
  uint64_t number = 0;
  if (key == "last_handshake_time_sec") {
    if (!Read(value, &number) || number > kMostSeconds) return false;
    peer->last_handshake += std::chrono::seconds(number);
    return true;
  }
  if (key == "last_handshake_time_nsec") {
    if (!Read(value, &number) || number >= static_cast<uint64_t>(kNanosecondsOfASecond)) return false;
    peer->last_handshake += std::chrono::nanoseconds(number);
    return true;
  }
  return false;
}

}  // namespace

std::string FormatGet(const GetDevice& device) {
  std::string out;
  if (device.private_key && !device.private_key->IsZero()) {
    absl::StrAppend(&out, "private_key=", ToHex(device.private_key->bytes), "\n");
  }
  if (device.listen_port != 0) absl::StrAppend(&out, "listen_port=", device.listen_port, "\n");
  if (device.fwmark != 0) absl::StrAppend(&out, "fwmark=", device.fwmark, "\n");
  for (const GetPeer& peer : device.peers) AppendPeer(peer, &out);
  return out;
}

absl::StatusOr<GetDevice> ParseGet(absl::string_view text) {
  GetDevice device;
  absl::string_view line;
  for (int number = 1; NextLine(&text, &line); ++number) {
    const auto parts = SplitLine(line);
    bool ok = false;
    if (parts && parts->first == "public_key") {
      const auto key = ParseKey<PublicKey>(parts->second);
      if (key) device.peers.push_back({.public_key = *key});
      ok = key.has_value();
    } else if (parts) {
      ok = device.peers.empty() ? ReadDeviceLine(parts->first, parts->second, &device)
                                : ReadPeerLine(parts->first, parts->second, &device.peers.back());
    }
    if (!ok) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": \"", line, "\" is no line of an answer to get=1"));
    }
  }
  return device;
}

}  // namespace wg::uapi
