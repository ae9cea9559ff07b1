// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// `wg show INTERFACE dump`: a device as lines of words between tabs (spec/data 3.4).
#ifndef WGSIM_PROTOCOL_WG8_SHOW_H_
#define WGSIM_PROTOCOL_WG8_SHOW_H_

#include <string>

#include "protocol/config.h"

namespace wg::wg8 {

// First line: private key, public key, port, fwmark. Then a line per peer, in the order of the device: public key, preshared
// key, endpoint, allowed ips, latest handshake in seconds since 1970, bytes received, bytes sent, persistent keepalive.
// What is absent is "(none)", a zero mark or interval "off".
std::string ShowDump(const GetDevice& device);

}  // namespace wg::wg8

#endif  // WGSIM_PROTOCOL_WG8_SHOW_H_
