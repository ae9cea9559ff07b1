// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: random requests whose every value can be encoded, and requests and answers as text, to
// compare them.
#ifndef WGSIM_PROTOCOL_NETLINK_REQUEST_FIXTURE_H_
#define WGSIM_PROTOCOL_NETLINK_REQUEST_FIXTURE_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/errno.h"
#include "protocol/fake_entropy.h"
#include "protocol/ip.h"

namespace wg::netlink {

inline IpAddress RandomAddress(SeededEntropy* random) {
  // Few addresses, so that they meet again.
  const uint64_t n = random->Below(64);
  return random->Below(2) == 0 ? IpAddress::V4(0x0a000000 + static_cast<uint32_t>(n))
                               : IpAddress::V6(uint64_t{0xfd} << 56, n);
}

inline Prefix RandomPrefix(SeededEntropy* random) {
  const IpAddress address = RandomAddress(random);
  return Prefix(address, address.width() - static_cast<int>(random->Below(4)));
}

inline SetPeer RandomPeer(uint8_t name, size_t most_ips, SeededEntropy* random) {
  SetPeer peer;
  peer.public_key.bytes.fill(name);
  peer.remove = random->Below(10) == 0;
  peer.replace_allowed_ips = random->Below(2) == 0;
  peer.update_only = random->Below(6) == 0;
  if (random->Below(2) == 0) {
    peer.preshared_key.emplace();
    if (random->Below(3) != 0) random->Fill(absl::MakeSpan(peer.preshared_key->bytes));
  }
  if (random->Below(2) == 0) {
    peer.endpoint = Endpoint{RandomAddress(random), static_cast<uint16_t>(random->Next())};
    if (peer.endpoint->address.is_v6()) peer.endpoint->scope_id = random->Below(3);
  }
  if (random->Below(2) == 0) peer.persistent_keepalive = random->Below(100);
  for (uint64_t n = random->Below(most_ips + 1); n > 0; --n) {
    peer.allowed_ips.push_back({.prefix = RandomPrefix(random), .remove = random->Below(4) == 0});
  }
  return peer;
}

// No peer twice.
inline SetDevice RandomRequest(uint8_t most_peers, size_t most_ips, SeededEntropy* random) {
  SetDevice request;
  request.replace_peers = random->Below(4) == 0;
  if (random->Below(3) == 0) {
    request.private_key.emplace();
    random->Fill(absl::MakeSpan(request.private_key->bytes));
    Clamp(&*request.private_key);
  }
  if (random->Below(3) == 0) request.listen_port = static_cast<uint16_t>(1 + random->Below(65535));
  if (random->Below(3) == 0) request.fwmark = random->Below(3);
  const auto peers = static_cast<uint8_t>(random->Below(most_peers + 1u));
  const auto first = static_cast<uint8_t>(random->Below(8));
  for (uint8_t i = 0; i < peers; ++i) {
    request.peers.push_back(RandomPeer(static_cast<uint8_t>(first + i), most_ips, random));
  }
  return request;
}

// "10.0.0.7/24": with the host bits, unlike Prefix::ToString.
inline std::string Describe(const Prefix& prefix) {
  return absl::StrCat(prefix.address().ToString(), "/", prefix.length());
}

inline std::string Describe(const SetPeer& peer) {
  std::string text = absl::StrCat("peer ", ToHex(peer.public_key.bytes));
  if (peer.error != Errno::kOk) absl::StrAppend(&text, " ", std::string(ErrnoName(peer.error)));
  if (peer.remove) text += " remove";
  if (peer.replace_allowed_ips) text += " replace";
  if (peer.update_only) text += " update-only";
  if (peer.preshared_key) absl::StrAppend(&text, " psk ", ToHex(peer.preshared_key->bytes));
  if (peer.endpoint) {
    absl::StrAppend(&text, " at ", peer.endpoint->ToString(), "%", peer.endpoint->scope_id);
  }
  if (peer.persistent_keepalive) absl::StrAppend(&text, " every ", *peer.persistent_keepalive);
  for (const AllowedIpChange& change : peer.allowed_ips) {
    absl::StrAppend(&text, change.remove ? " -" : " +");
    if (change.error == Errno::kOk) {
      text += Describe(change.prefix);
    } else {
      text += std::string(ErrnoName(change.error));
    }
  }
  return text + "\n";
}

inline std::string Describe(const SetDevice& request) {
  std::string text = request.replace_peers ? "replace\n" : "";
  if (request.private_key) absl::StrAppend(&text, "key ", ToHex(request.private_key->bytes), "\n");
  if (request.listen_port) absl::StrAppend(&text, "port ", *request.listen_port, "\n");
  if (request.fwmark) absl::StrAppend(&text, "mark ", *request.fwmark, "\n");
  for (const SetPeer& peer : request.peers) text += Describe(peer);
  return text;
}

inline std::string Describe(const GetDevice& device) {
  std::string text = absl::StrCat("port ", device.listen_port, " mark ", device.fwmark, "\n");
  if (device.private_key) absl::StrAppend(&text, "key ", ToHex(device.private_key->bytes), "\n");
  if (device.public_key) absl::StrAppend(&text, "public ", ToHex(device.public_key->bytes), "\n");
  for (const GetPeer& peer : device.peers) {
    absl::StrAppend(&text, "peer ", ToHex(peer.public_key.bytes), " psk ",
                    ToHex(peer.preshared_key.bytes), " at ",
                    peer.endpoint ? peer.endpoint.ToString() : "nowhere", "%",
                    peer.endpoint.scope_id, " every ", peer.persistent_keepalive, " last ",
                    peer.last_handshake.time_since_epoch().count(), " rx ", peer.rx_bytes, " tx ",
                    peer.tx_bytes);
    for (const Prefix& prefix : peer.allowed_ips) absl::StrAppend(&text, " ", Describe(prefix));
    text += "\n";
  }
  return text;
}

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_REQUEST_FIXTURE_H_
