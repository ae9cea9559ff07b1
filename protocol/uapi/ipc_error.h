// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a request of the cross-platform text protocol is answered with: "errno=0", or one of these (spec/data 3.5).
#ifndef WGSIM_PROTOCOL_UAPI_IPC_ERROR_H_
#define WGSIM_PROTOCOL_UAPI_IPC_ERROR_H_

#include "protocol/errno.h"

namespace wg::uapi {

// wireguard-go's numbers: errnos of Linux with a minus sign.
enum class IpcError : int {
  kNone = 0,
  kIo = -5,          // a line or a request that is too long
  kInvalid = -22,    // a key or a value that is not known
  kUnknown = -55,    // refused for a reason that has no number here
  kProtocol = -71,   // not a line of the protocol
  kPortInUse = -98,  // listen_port
};

// Of a configuration session that ended with this.
constexpr IpcError IpcErrorOf(Errno error) {
  switch (error) {
    case Errno::kOk: return IpcError::kNone;
    case Errno::kAddrInUse: return IpcError::kPortInUse;
    case Errno::kInval: return IpcError::kInvalid;
    default: return IpcError::kUnknown;
  }
}

}  // namespace wg::uapi

#endif  // WGSIM_PROTOCOL_UAPI_IPC_ERROR_H_
