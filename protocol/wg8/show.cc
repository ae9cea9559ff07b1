// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/wg8/show.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"

namespace wg::wg8 {
namespace {

constexpr char kNone[] = "(none)";

template <typename Key>
std::string KeyText(const Key& key) {
  return key.IsZero() ? kNone : ToBase64(key.bytes);
}

}  // namespace

std::string ShowDump(const GetDevice& device) {
  std::string out = absl::StrCat(device.private_key ? KeyText(*device.private_key) : kNone, "\t",
                                 device.public_key ? KeyText(*device.public_key) : kNone, "\t",
                                 device.listen_port, "\t");
  absl::StrAppend(&out, device.fwmark == 0 ? "off" : absl::StrFormat("0x%x", device.fwmark), "\n");
  for (const GetPeer& peer : device.peers) {
    const std::string allowed_ips =
        absl::StrJoin(peer.allowed_ips, ",", [](std::string* text, const Prefix& prefix) {
          *text += prefix.ToString();
        });
    absl::StrAppend(
        &out, ToBase64(peer.public_key.bytes), "\t", KeyText(peer.preshared_key), "\t",
        peer.endpoint ? peer.endpoint.ToString() : kNone, "\t",
        allowed_ips.empty() ? kNone : allowed_ips, "\t",
        std::chrono::duration_cast<std::chrono::seconds>(peer.last_handshake.time_since_epoch())
            .count(),
        "\t", peer.rx_bytes, "\t", peer.tx_bytes, "\t");
    absl::StrAppend(&out,
                    peer.persistent_keepalive == 0 ? "off" : absl::StrCat(peer.persistent_keepalive),
                    "\n");
  }
  return out;
}

}  // namespace wg::wg8
