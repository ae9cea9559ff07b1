// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The values that wg(8) takes on its command line and in its files (spec/data 3.1). Errors say what is wrong and what
// would be right. Nothing is looked up: an endpoint is an address and a port, not a host's name or a service's.
#ifndef WGSIM_PROTOCOL_WG8_WORDS_H_
#define WGSIM_PROTOCOL_WG8_WORDS_H_

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
// "off", a decimal number, or a hexadecimal one after 0x.
absl::StatusOr<uint32_t> ParseFwmark(absl::string_view text);
// "off", or seconds.
absl::StatusOr<uint16_t> ParseKeepalive(absl::string_view text);
absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text);

// One argument of allowed-ips, or one AllowedIPs line: a list with commas. Sets replace_allowed_ips; any entry with + or -
// in front takes that back, so that the whole list is a change (parse_allowedips). An empty text is an empty list.
// After an error *peer is not to be used.
absl::Status AddAllowedIps(absl::string_view text, SetPeer* peer);

}  // namespace wg::wg8

#endif  // WGSIM_PROTOCOL_WG8_WORDS_H_
