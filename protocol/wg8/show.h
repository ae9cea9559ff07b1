// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// `wg show INTERFACE dump`, and WORD in its place: a device as lines of words between tabs (spec/data 3.4).
//
// Requirements: WG8-020 021.
#ifndef WGSIM_PROTOCOL_WG8_SHOW_H_
#define WGSIM_PROTOCOL_WG8_SHOW_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "protocol/config.h"

namespace wg::wg8 {

// First line: private key, public key, port, fwmark. Then a line per peer, in the order of the device: public key, preshared
// key, endpoint, allowed ips, latest handshake in seconds since 1970, bytes received, bytes sent, persistent keepalive.
// What is absent is "(none)", a zero mark or interval "off".
std::string ShowDump(const GetDevice& device);

// The words that ShowField knows, with commas: for whoever wrote another.
inline constexpr char kShowWords[] =
    "public-key, private-key, listen-port, fwmark, peers, preshared-keys, endpoints, allowed-ips, latest-handshakes, "
    "persistent-keepalive, transfer, dump";

// `wg show INTERFACE WORD`: one value of the interface in a line, or of each peer, behind its key and a tab: allowed ips between blanks,
// transfer as bytes received, tab, bytes sent. nullopt: there is no such word.
absl::optional<std::string> ShowField(const GetDevice& device, absl::string_view word);

}  // namespace wg::wg8

#endif  // WGSIM_PROTOCOL_WG8_SHOW_H_
