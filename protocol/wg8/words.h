// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The values that wg(8) takes on its command line and in its files (spec/data 3.1). Errors say what is wrong and what
// would be right. Nothing is looked up: an endpoint is an address and a port, not a host's name or a service's. Nor is
// anything taken that only the C library's look-up reads as a number: " 7", "+7", port 65536 for 0, 127.1, [127.0.0.1]:1.
#ifndef WGSIM_PROTOCOL_WG8_WORDS_H_
#define WGSIM_PROTOCOL_WG8_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"

namespace wg::wg8 {

// 44 characters of base64.
absl::StatusOr<KeyBytes> ParseKeyWord(absl::string_view text);
absl::StatusOr<uint16_t> ParsePort(absl::string_view text);
// "off" in any case, a decimal number, or a hexadecimal one after 0x.
absl::StatusOr<uint32_t> ParseFwmark(absl::string_view text);
// "off" in any case, or seconds.
absl::StatusOr<uint16_t> ParseKeepalive(absl::string_view text);
absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text);

// One argument of allowed-ips, or one AllowedIPs line: a list with commas. Sets replace_allowed_ips; any entry with + or -
// in front takes that back, so that the whole list is a change (parse_allowedips). White space counts nowhere; a text with
// nothing else is an empty list. After an error *peer is not to be used, and *wrong_at, if given, is where the wrong entry
// begins in the text without its white space.
absl::Status AddAllowedIps(absl::string_view text, SetPeer* peer, size_t* wrong_at = nullptr);

}  // namespace wg::wg8

#endif  // WGSIM_PROTOCOL_WG8_WORDS_H_
