// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The name of a peer of a device. Drawn from one counter per host that starts at 1 (peer.c:
// peer_counter); never reused, so what outlives its peer finds nothing instead of somebody else. 0
// is "no peer".
#ifndef WGSIM_PROTOCOL_PEER_ID_H_
#define WGSIM_PROTOCOL_PEER_ID_H_

#include <cstdint>

namespace wg {

enum class PeerId : uint64_t { kNone = 0 };

}  // namespace wg

#endif  // WGSIM_PROTOCOL_PEER_ID_H_
