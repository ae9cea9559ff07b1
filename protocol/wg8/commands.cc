// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/wg8/commands.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "protocol/crypto/keys.h"
#include "protocol/wg8/words.h"

namespace wg::wg8 {
namespace {

class SetParser {
 public:
  SetParser(absl::Span<const std::string> words, ReadKeyFile read) : words_(words), read_(read) {}

  absl::StatusOr<SetDevice> Parse() {
    while (!words_.empty()) {
      const std::string word = words_.front();
      words_.remove_prefix(1);
      const absl::Status status =
          device_.peers.empty() && word != "peer" ? DeviceWord(word) : PeerWord(word);
      if (!status.ok()) {
        return absl::InvalidArgumentError(absl::StrCat(word, ": ", status.message()));
      }
    }
    return std::move(device_);
  }

 private:
  absl::StatusOr<std::string> Argument() {
    if (words_.empty()) return absl::InvalidArgumentError("its value is missing");
    std::string word = words_.front();
    words_.remove_prefix(1);
    return word;
  }

  // The value of the word, read by `parse`, into *target.
  template <typename Parse, typename Target>
  absl::Status Take(const Parse& parse, Target* target) {
    const absl::StatusOr<std::string> text = Argument();
    if (!text.ok()) return text.status();
    auto value = parse(*text);
    if (!value.ok()) return value.status();
    *target = *value;
    return absl::OkStatus();
  }

  // A key out of a file, with nothing but white space behind it; an empty file is the zero key, which removes
  // (parse_keyfile).
  template <typename Key>
  absl::Status TakeKeyFile(std::optional<Key>* target) {
    const absl::StatusOr<std::string> path = Argument();
    if (!path.ok()) return path.status();
    const absl::StatusOr<std::string> text = read_(*path);
    if (!text.ok()) return text.status();
    Key key;
    if (!text->empty()) {
      const absl::StatusOr<KeyBytes> bytes =
          ParseKeyWord(absl::StripTrailingAsciiWhitespace(*text));
      // What a secret's file holds is not to be shown.
      if (!bytes.ok()) return absl::InvalidArgumentError(absl::StrCat(*path, " holds no key"));
      key.bytes = *bytes;
    }
    *target = key;
    return absl::OkStatus();
  }

  absl::Status DeviceWord(absl::string_view word) {
    if (word == "listen-port") return Take(ParsePort, &device_.listen_port);
    if (word == "fwmark") return Take(ParseFwmark, &device_.fwmark);
    if (word == "private-key") return TakeKeyFile(&device_.private_key);
    return absl::InvalidArgumentError("not known; write listen-port, fwmark, private-key or peer");
  }

  absl::Status PeerWord(absl::string_view word) {
    if (word == "peer") {
      KeyBytes key;
      if (absl::Status status = Take(ParseKeyWord, &key); !status.ok()) return status;
      device_.peers.push_back({.public_key = PublicKey{key}});
      return absl::OkStatus();
    }
    SetPeer& peer = device_.peers.back();
    if (word == "remove") {
      peer.remove = true;
      return absl::OkStatus();
    }
    if (word == "preshared-key") return TakeKeyFile(&peer.preshared_key);
    if (word == "endpoint") return Take(ParseEndpoint, &peer.endpoint);
    if (word == "persistent-keepalive") return Take(ParseKeepalive, &peer.persistent_keepalive);
    if (word == "allowed-ips") {
      const absl::StatusOr<std::string> text = Argument();
      return text.ok() ? AddAllowedIps(*text, &peer) : text.status();
    }
    return absl::InvalidArgumentError(
        "not known here; after a peer write remove, preshared-key, endpoint, "
        "persistent-keepalive, allowed-ips or the next peer");
  }

  absl::Span<const std::string> words_;
  const ReadKeyFile read_;
  SetDevice device_;
};

}  // namespace

absl::StatusOr<SetDevice> SetRequest(absl::Span<const std::string> words, ReadKeyFile read) {
  return SetParser(words, read).Parse();
}

SetDevice SetconfRequest(SetDevice file) {
  file.replace_peers = true;
  if (!file.private_key) file.private_key = PrivateKey();
  if (!file.listen_port) file.listen_port = 0;
  if (!file.fwmark) file.fwmark = 0;
  return file;
}

SetDevice AddconfRequest(SetDevice file) { return file; }

SetDevice SyncconfRequest(SetDevice file, const GetDevice& running) {
  SetDevice request = SetconfRequest(std::move(file));
  if (request.peers.empty() || running.peers.empty()) return request;
  request.replace_peers = false;
  absl::btree_map<PublicKey, const GetPeer*> known;
  for (const GetPeer& peer : running.peers) known.emplace(peer.public_key, &peer);
  absl::btree_set<PublicKey> wanted;
  for (SetPeer& peer : request.peers) {
    wanted.insert(peer.public_key);
    const auto there = known.find(peer.public_key);
    if (there == known.end()) continue;
    if (!peer.preshared_key && !there->second->preshared_key.IsZero()) peer.preshared_key.emplace();
    if (!peer.persistent_keepalive && there->second->persistent_keepalive != 0) {
      peer.persistent_keepalive = 0;
    }
  }
  // Each one that is missing goes to the front of the list, in the order of the keys.
  std::vector<SetPeer> peers;
  for (const auto& [key, peer] : known) {
    if (!wanted.contains(key)) peers.push_back({.public_key = key, .remove = true});
  }
  std::reverse(peers.begin(), peers.end());
  peers.insert(peers.end(), std::make_move_iterator(request.peers.begin()),
               std::make_move_iterator(request.peers.end()));
  request.peers = std::move(peers);
  return request;
}

}  // namespace wg::wg8
