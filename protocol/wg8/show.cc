// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/wg8/show.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/types/optional.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"

namespace wg::wg8 {
namespace {

constexpr char kNone[] = "(none)";

template <typename Key>
std::string KeyText(const Key& key) {
  return key.IsZero() ? kNone : ToBase64(key.bytes);
}

std::string MarkText(uint32_t mark) { return mark == 0 ? "off" : absl::StrFormat("0x%x", mark); }

std::string ListText(const GetPeer& peer, const char* separator) {
  if (peer.allowed_ips.empty()) return kNone;
  return absl::StrJoin(peer.allowed_ips, separator, [](std::string* text, const Prefix& prefix) { *text += prefix.ToString(); });
}

int64_t HandshakeSeconds(const GetPeer& peer) {
  return std::chrono::duration_cast<std::chrono::seconds>(peer.last_handshake.time_since_epoch()).count();
}

std::string KeepaliveText(const GetPeer& peer) {
  return peer.persistent_keepalive == 0 ? "off" : absl::StrCat(peer.persistent_keepalive);
}

// What `word` shows of a peer behind its key.
absl::optional<std::string> PeerField(const GetPeer& peer, absl::string_view word) {
  if (word == "peers") return std::string();
  if (word == "preshared-keys") return KeyText(peer.preshared_key);
  if (word == "endpoints") return peer.endpoint ? peer.endpoint.ToString() : std::string(kNone);
  if (word == "allowed-ips") return ListText(peer, " ");
  if (word == "latest-handshakes") return absl::StrCat(HandshakeSeconds(peer));
  if (word == "persistent-keepalive") return KeepaliveText(peer);
  if (word == "transfer") return absl::StrCat(peer.rx_bytes, "\t", peer.tx_bytes);
  return absl::nullopt;
}

}  // namespace

std::string ShowDump(const GetDevice& device) {
  std::string out = absl::StrCat(device.private_key ? KeyText(*device.private_key) : kNone, "\t",
                                 device.public_key ? KeyText(*device.public_key) : kNone, "\t",
                                 device.listen_port, "\t");
  absl::StrAppend(&out, MarkText(device.fwmark), "\n");
  for (const GetPeer& peer : device.peers) {
    absl::StrAppend(&out, ToBase64(peer.public_key.bytes), "\t", KeyText(peer.preshared_key), "\t",
                    peer.endpoint ? peer.endpoint.ToString() : kNone, "\t", ListText(peer, ","), "\t", HandshakeSeconds(peer));
    absl::StrAppend(&out, "\t", peer.rx_bytes, "\t", peer.tx_bytes, "\t", KeepaliveText(peer), "\n");
  }
  return out;
}

absl::optional<std::string> ShowField(const GetDevice& device, absl::string_view word) {
  if (word == "dump") return ShowDump(device);
  if (word == "public-key") return absl::StrCat(device.public_key ? KeyText(*device.public_key) : kNone, "\n");
  if (word == "private-key") return absl::StrCat(device.private_key ? KeyText(*device.private_key) : kNone, "\n");
  if (word == "listen-port") return absl::StrCat(device.listen_port, "\n");
  if (word == "fwmark") return absl::StrCat(MarkText(device.fwmark), "\n");
  // An interface without peers shows nothing of them, whatever is asked; that the word is right must be known all the same.
  if (!PeerField(GetPeer{}, word)) return absl::nullopt;
  std::string out;
  for (const GetPeer& peer : device.peers) {
    const std::string field = *PeerField(peer, word);
    absl::StrAppend(&out, ToBase64(peer.public_key.bytes), field.empty() ? "" : "\t", field, "\n");
  }
  return out;
}

}  // namespace wg::wg8
