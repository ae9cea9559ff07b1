// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/wg8/config_file.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "protocol/wg8/words.h"

namespace wg::wg8 {
namespace {

class FileParser {
 public:
  explicit FileParser(absl::string_view name) : name_(name) {}

  absl::StatusOr<SetDevice> Parse(absl::string_view text) {
    size_t begin = 0;
    while (begin <= text.size()) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      ++line_;
      if (absl::Status status = Line(text.substr(begin, end - begin)); !status.ok()) return status;
      begin = end + 1;
    }
    if (absl::Status status = EndSection(); !status.ok()) return status;
    return std::move(device_);
  }

 private:
  enum class Section { kNone, kInterface, kPeer };

  absl::Status Wrong(absl::string_view message, int line, size_t column) const {
    return absl::InvalidArgumentError(
        absl::StrCat(name_, ":", line, ":", column + 1, ": ", message));
  }
  absl::Status Wrong(absl::string_view message) const { return Wrong(message, line_, column_); }

  absl::Status Line(absl::string_view raw) {
    // What wg(8) does: comments off, and all white space out, wherever it is.
    const absl::string_view code = raw.substr(0, raw.find('#'));
    const auto first = std::find_if_not(code.begin(), code.end(), absl::ascii_isspace);
    if (first == code.end()) return absl::OkStatus();
    column_ = static_cast<size_t>(first - code.begin());
    std::string line;
    columns_.clear();
    for (size_t column = column_; column < code.size(); ++column) {
      if (absl::ascii_isspace(code[column])) continue;
      line.push_back(code[column]);
      columns_.push_back(column);
    }
    if (line.front() == '[') return StartSection(line);
    const size_t sign = line.find('=');
    if (sign == std::string::npos) {
      return Wrong(absl::StrCat("\"", line, "\" is no KEY = VALUE and no [Section]"));
    }
    const absl::string_view value = absl::string_view(line).substr(sign + 1);
    if (value.empty()) {
      return Wrong(
          absl::StrCat(line.substr(0, sign), " has no value; write one, or leave the line out"));
    }
    value_ = sign + 1;
    return Assign(line.substr(0, sign), value);
  }

  // What is wrong with the value, at `offset` in it.
  absl::Status WrongValue(const absl::Status& status, size_t offset = 0) const {
    return Wrong(status.message(), line_, columns_[value_ + offset]);
  }

  absl::Status StartSection(absl::string_view line) {
    if (absl::Status status = EndSection(); !status.ok()) return status;
    section_line_ = line_;
    section_column_ = column_;
    if (absl::EqualsIgnoreCase(line, "[Interface]")) {
      section_ = Section::kInterface;
    } else if (absl::EqualsIgnoreCase(line, "[Peer]")) {
      section_ = Section::kPeer;
      has_key_ = false;
      device_.peers.emplace_back();
      device_.peers.back().replace_allowed_ips = true;
    } else {
      return Wrong(absl::StrCat("there is no section ", line, "; write [Interface] or [Peer]"));
    }
    return absl::OkStatus();
  }

  absl::Status EndSection() const {
    if (section_ != Section::kPeer || has_key_) return absl::OkStatus();
    return Wrong("the peer has no PublicKey; write PublicKey = KEY", section_line_,
                 section_column_);
  }

  // Stores what `parse` makes of a value, or says where it stands.
  template <typename Value, typename Target>
  absl::Status Store(const absl::StatusOr<Value>& value, Target* target) const {
    if (!value.ok()) return WrongValue(value.status());
    *target = Target(*value);
    return absl::OkStatus();
  }
  template <typename Key>
  absl::Status StoreKey(absl::string_view text, Key* key) const {
    const absl::StatusOr<KeyBytes> bytes = ParseKeyWord(text);
    if (!bytes.ok()) return WrongValue(bytes.status());
    key->bytes = *bytes;
    return absl::OkStatus();
  }

  absl::Status Assign(absl::string_view key, absl::string_view value) {
    const auto is = [&](absl::string_view name) { return absl::EqualsIgnoreCase(key, name); };
    if (section_ == Section::kInterface) {
      if (is("ListenPort")) return Store(ParsePort(value), &device_.listen_port);
      if (is("FwMark")) return Store(ParseFwmark(value), &device_.fwmark);
      if (is("PrivateKey")) return StoreKey(value, &device_.private_key.emplace());
      return Wrong(
          absl::StrCat("[Interface] has no ", key, "; there are PrivateKey, ListenPort, FwMark"));
    }
    if (section_ == Section::kNone) {
      return Wrong(absl::StrCat(key, " is in no section; write [Interface] or [Peer] before it"));
    }
    SetPeer& peer = device_.peers.back();
    if (is("Endpoint")) return Store(ParseEndpoint(value), &peer.endpoint);
    if (is("PersistentKeepalive")) return Store(ParseKeepalive(value), &peer.persistent_keepalive);
    if (is("PresharedKey")) return StoreKey(value, &peer.preshared_key.emplace());
    if (is("PublicKey")) {
      has_key_ = true;
      return StoreKey(value, &peer.public_key);
    }
    if (is("AllowedIPs")) {
      size_t wrong_at = 0;
      const absl::Status status = AddAllowedIps(value, &peer, &wrong_at);
      return status.ok() ? status : WrongValue(status, std::min(wrong_at, value.size() - 1));
    }
    return Wrong(absl::StrCat("[Peer] has no ", key,
                              "; there are PublicKey, PresharedKey, AllowedIPs, Endpoint, "
                              "PersistentKeepalive"));
  }

  const absl::string_view name_;
  SetDevice device_;
  Section section_ = Section::kNone;
  bool has_key_ = false;
  int line_ = 0;
  size_t column_ = 0;            // where the line begins
  std::vector<size_t> columns_;  // where each character of the line without its white space was
  size_t value_ = 0;             // which of them begins the value
  int section_line_ = 0;
  size_t section_column_ = 0;
};

}  // namespace

absl::StatusOr<SetDevice> ParseConfigFile(absl::string_view text, absl::string_view name) {
  return FileParser(name).Parse(text);
}

std::string ShowConf(const GetDevice& device) {
  std::string out = "[Interface]\n";
  if (device.listen_port != 0) absl::StrAppend(&out, "ListenPort = ", device.listen_port, "\n");
  if (device.fwmark != 0) out += absl::StrFormat("FwMark = 0x%x\n", device.fwmark);
  if (device.private_key) {
    absl::StrAppend(&out, "PrivateKey = ", ToBase64(device.private_key->bytes), "\n");
  }
  out += "\n";
  for (const GetPeer& peer : device.peers) {
    absl::StrAppend(&out, "[Peer]\nPublicKey = ", ToBase64(peer.public_key.bytes), "\n");
    if (!peer.preshared_key.IsZero()) {
      absl::StrAppend(&out, "PresharedKey = ", ToBase64(peer.preshared_key.bytes), "\n");
    }
    if (!peer.allowed_ips.empty()) {
      absl::StrAppend(&out, "AllowedIPs = ",
                      absl::StrJoin(peer.allowed_ips, ", ",
                                    [](std::string* text, const Prefix& prefix) {
                                      *text += prefix.ToString();
                                    }),
                      "\n");
    }
    if (peer.endpoint) absl::StrAppend(&out, "Endpoint = ", peer.endpoint.ToString(), "\n");
    if (peer.persistent_keepalive != 0) {
      absl::StrAppend(&out, "PersistentKeepalive = ", peer.persistent_keepalive, "\n");
    }
    if (&peer != &device.peers.back()) out += "\n";
  }
  return out;
}

}  // namespace wg::wg8
