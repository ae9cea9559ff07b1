// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The key log that Wireshark reads for WireGuard: what decrypts one handshake and the session that comes of it, seen from
// the initiator.
#ifndef WGSIM_SIM_WG_KEY_LOG_H_
#define WGSIM_SIM_WG_KEY_LOG_H_

#include <cstdint>
#include <string>

#include "protocol/device.h"

namespace wgnode {

// "WGKL": the secrets type of pcapng whose text this is.
inline constexpr uint32_t kKeyLogType = 0x57474b4c;

// One `TYPE = base64` a line. The preshared key belongs to the ephemeral key before it.
std::string KeyLogText(const wg::InitiationSecrets& secrets);

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_KEY_LOG_H_
