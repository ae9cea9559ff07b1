// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The configuration file of wg(8): [Interface] and [Peer] sections (spec/data 3.1), and showconf, which prints one.
//
// Requirements: WG8-006 008 009 021 022.
#ifndef WGSIM_PROTOCOL_WG8_CONFIG_FILE_H_
#define WGSIM_PROTOCOL_WG8_CONFIG_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protocol/config.h"

namespace wg::wg8 {

// What a file says: attributes that it does not name are absent, and each peer replaces its allowed ips (with the rule of
// + and -, words.h). InvalidArgument begins with "NAME:LINE:COLUMN: ", both counted from 1, columns in bytes: where the
// line begins, its value, or the entry of its list that is wrong. `name` is what to call the file.
absl::StatusOr<SetDevice> ParseConfigFile(absl::string_view text, absl::string_view name);

// A running device as such a file (wg showconf). ParseConfigFile reads it back.
std::string ShowConf(const GetDevice& device);

}  // namespace wg::wg8

#endif  // WGSIM_PROTOCOL_WG8_CONFIG_FILE_H_
