// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/managers/request_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace scenario {
namespace {

std::string PeerText(const wg::SetPeer& peer, const std::string& name) {
  std::string text = absl::StrCat("{public_key=", name);
  std::vector<std::string> flags;
  if (peer.remove) flags.push_back("REMOVE_ME");
  if (peer.replace_allowed_ips) flags.push_back("REPLACE_ALLOWEDIPS");
  if (peer.update_only) flags.push_back("UPDATE_ONLY");
  if (!flags.empty()) absl::StrAppend(&text, " flags=", absl::StrJoin(flags, "|"));
  if (peer.preshared_key) {
    const bool none = *peer.preshared_key == wg::PresharedKey{};
    absl::StrAppend(&text, " preshared_key=", none ? "0" : "(given)");
  }
  if (peer.endpoint) absl::StrAppend(&text, " endpoint=", peer.endpoint->ToString());
  if (peer.persistent_keepalive) {
    absl::StrAppend(&text, " persistent_keepalive_interval=", *peer.persistent_keepalive);
  }
  if (!peer.allowed_ips.empty()) {
    absl::StrAppend(&text, " allowedips=[",
                    absl::StrJoin(peer.allowed_ips, ", ",
                                  [](std::string* out, const wg::AllowedIpChange& ip) {
                                    absl::StrAppend(out, ip.prefix.ToString(),
                                                    ip.remove ? " flags=REMOVE_ME" : "");
                                  }),
                    "]");
  }
  return text + "}";
}

}  // namespace

std::string RequestText(const wg::SetDevice& request,
                        const std::function<std::string(const wg::PublicKey&)>& name_of) {
  std::string text = "SET_DEVICE";
  if (request.replace_peers) absl::StrAppend(&text, " flags=REPLACE_PEERS");
  if (request.private_key) {
    const bool none = *request.private_key == wg::PrivateKey{};
    absl::StrAppend(&text, " private_key=", none ? "0" : "(own)");
  }
  if (request.listen_port) absl::StrAppend(&text, " listen_port=", *request.listen_port);
  if (request.fwmark) absl::StrAppend(&text, " fwmark=", *request.fwmark);
  std::vector<std::string> peers;
  for (const wg::SetPeer& peer : request.peers) {
    peers.push_back(PeerText(peer, name_of(peer.public_key)));
  }
  if (!peers.empty()) absl::StrAppend(&text, " peers=[", absl::StrJoin(peers, ", "), "]");
  return text;
}

}  // namespace scenario
