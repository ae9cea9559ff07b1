// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What the commands of wg(8) ask of a device (spec/data 3.1, 3.3): set, setconf, addconf, syncconf as functions from
// their arguments or file to one request. How netlink cuts it into messages is protocol/netlink/split.h.
//
// Requirements: WG8-001 to 005 007 to 018 022 030.
#ifndef WGSIM_PROTOCOL_WG8_COMMANDS_H_
#define WGSIM_PROTOCOL_WG8_COMMANDS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protocol/config.h"

namespace wg::wg8 {

// Gives the contents of a key file.
using ReadKeyFile = absl::FunctionRef<absl::StatusOr<std::string>(const std::string& path)>;

// `wg set INTERFACE WORDS...`: listen-port, fwmark, private-key FILE, then peers: peer KEY with remove, preshared-key FILE,
// endpoint, persistent-keepalive, allowed-ips. InvalidArgument names the word; nothing is sent then.
absl::StatusOr<SetDevice> SetRequest(absl::Span<const std::string> words, ReadKeyFile read);

// `wg setconf`: the device becomes what the file says; key, port and fwmark that it does not name are reset.
SetDevice SetconfRequest(SetDevice file);

// `wg addconf`: what the file names and nothing else. A peer that is there gets the file's list in place of its own.
SetDevice AddconfRequest(SetDevice file);

// `wg syncconf`: as setconf, but peers that stay keep their sessions. Their lists are replaced nevertheless.
SetDevice SyncconfRequest(SetDevice file, const GetDevice& running);

}  // namespace wg::wg8

#endif  // WGSIM_PROTOCOL_WG8_COMMANDS_H_
