// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/ip.h"

#include <arpa/inet.h>

#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace wg {
namespace {

uint64_t LoadBigEndian64(const uint8_t* p) {
  uint64_t v = 0;
  for (int i = 0; i < 8; ++i) v = v << 8 | p[i];
  return v;
}

void StoreBigEndian64(uint64_t v, uint8_t* p) {
  for (int i = 7; i >= 0; --i, v >>= 8) p[i] = static_cast<uint8_t>(v);
}

absl::StatusOr<uint16_t> ParsePort(absl::string_view text, absl::string_view whole) {
  uint32_t port;
  if (!absl::SimpleAtoi(text, &port) || port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", whole, "\" has no valid port; a port is 0 to 65535"));
  }
  return static_cast<uint16_t>(port);
}

}  // namespace

IpAddress IpAddress::FromBytes(absl::Span<const uint8_t> bytes) {
  CHECK(bytes.size() == 4 || bytes.size() == 16);
  if (bytes.size() == 4) {
    return V4(static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
              static_cast<uint32_t>(bytes[2]) << 8 | bytes[3]);
  }
  return V6(LoadBigEndian64(bytes.data()), LoadBigEndian64(bytes.data() + 8));
}

absl::StatusOr<IpAddress> IpAddress::Parse(absl::string_view text) {
  const std::string copy(text);
  uint8_t bytes[16];
  // A NUL inside the text would end it early for inet_pton.
  if (copy.find('\0') == std::string::npos) {
    if (inet_pton(AF_INET, copy.c_str(), bytes) == 1) {
      return FromBytes(absl::MakeConstSpan(bytes, 4));
    }
    if (inet_pton(AF_INET6, copy.c_str(), bytes) == 1) {
      return FromBytes(absl::MakeConstSpan(bytes, 16));
    }
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text, "\" is not an IP address; write one like 10.0.0.1 or fd00::1"));
}

void IpAddress::CopyBytes(uint8_t* out) const {
  if (is_v4()) {
    const uint32_t a = v4();
    out[0] = static_cast<uint8_t>(a >> 24);
    out[1] = static_cast<uint8_t>(a >> 16);
    out[2] = static_cast<uint8_t>(a >> 8);
    out[3] = static_cast<uint8_t>(a);
  } else if (is_v6()) {
    StoreBigEndian64(hi_, out);
    StoreBigEndian64(lo_, out + 8);
  }
}

std::string IpAddress::ToString() const {
  if (!*this) return "(none)";
  uint8_t bytes[16];
  CopyBytes(bytes);
  char text[INET6_ADDRSTRLEN];
  inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes, text, sizeof(text));
  return text;
}

absl::StatusOr<Prefix> Prefix::Parse(absl::string_view text) {
  const size_t slash = text.find('/');
  absl::StatusOr<IpAddress> address = IpAddress::Parse(text.substr(0, slash));
  if (!address.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text, "\" is not a prefix; write one like 10.0.0.0/24, fd00::/64 or 10.0.0.1"));
  }
  if (slash == absl::string_view::npos) return Host(*address);
  const absl::string_view digits = text.substr(slash + 1);
  int length;
  if (digits.empty() || digits[0] < '0' || digits[0] > '9' || !absl::SimpleAtoi(digits, &length) ||
      length > address->width()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" has a bad length after '/'; 0 to ",
                                                   address->width(), " is right for ",
                                                   address->is_v4() ? "IPv4" : "IPv6"));
  }
  return Prefix(*address, length);
}

std::string Prefix::ToString() const { return absl::StrCat(network().ToString(), "/", length_); }

absl::StatusOr<Endpoint> Endpoint::Parse(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text, "\" is not an endpoint; write one like 192.0.2.1:51820 or [2001:db8::1]:51820"));
  }
  absl::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  absl::StatusOr<IpAddress> address = IpAddress::Parse(host);
  if (!address.ok() || address->is_v6() != bracketed) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text, "\" is not an endpoint; write one like 192.0.2.1:51820 or [2001:db8::1]:51820"));
  }
  absl::StatusOr<uint16_t> port = ParsePort(text.substr(colon + 1), text);
  if (!port.ok()) return port.status();
  return Endpoint{.address = *address, .port = *port};
}

std::string Endpoint::ToString() const {
  if (!address) return "(none)";
  if (address.is_v6()) return absl::StrCat("[", address.ToString(), "]:", port);
  return absl::StrCat(address.ToString(), ":", port);
}

}  // namespace wg
