// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A request in the words of the kernel's API (include/uapi/linux/wireguard.h), on one line: for golden texts.
#ifndef WGSIM_SCENARIOS_MANAGERS_REQUEST_TEXT_H_
#define WGSIM_SCENARIOS_MANAGERS_REQUEST_TEXT_H_

#include <functional>
#include <string>

#include "protocol/config.h"
#include "protocol/crypto/keys.h"

namespace scenario {

// "SET_DEVICE flags=REPLACE_PEERS listen_port=51820 peers=[{public_key=a flags=REPLACE_ALLOWEDIPS|UPDATE_ONLY
// endpoint=192.0.2.1:51820 allowedips=[10.0.0.1/32, 10.0.0.2/32 flags=REMOVE_ME]}]". Keys by the names that `name_of` gives.
std::string RequestText(const wg::SetDevice& request,
                        const std::function<std::string(const wg::PublicKey&)>& name_of);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MANAGERS_REQUEST_TEXT_H_
