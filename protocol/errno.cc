// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/errno.h"

namespace wg {

absl::string_view ErrnoName(Errno error) {
  switch (error) {
    case Errno::kOk: return "OK";
    case Errno::kPerm: return "EPERM";
    case Errno::kNoEnt: return "ENOENT";
    case Errno::kAgain: return "EAGAIN";
    case Errno::kNoMem: return "ENOMEM";
    case Errno::kNoDev: return "ENODEV";
    case Errno::kInval: return "EINVAL";
    case Errno::kRange: return "ERANGE";
    case Errno::kBadR: return "EBADR";
    case Errno::kNoNet: return "ENONET";
    case Errno::kDestAddrReq: return "EDESTADDRREQ";
    case Errno::kMsgSize: return "EMSGSIZE";
    case Errno::kProtoNoSupport: return "EPROTONOSUPPORT";
    case Errno::kOpNotSupp: return "EOPNOTSUPP";
    case Errno::kPfNoSupport: return "EPFNOSUPPORT";
    case Errno::kAfNoSupport: return "EAFNOSUPPORT";
    case Errno::kAddrInUse: return "EADDRINUSE";
    case Errno::kNetDown: return "ENETDOWN";
    case Errno::kNetUnreach: return "ENETUNREACH";
    case Errno::kNoBufs: return "ENOBUFS";
    case Errno::kConnRefused: return "ECONNREFUSED";
    case Errno::kHostUnreach: return "EHOSTUNREACH";
    case Errno::kNoKey: return "ENOKEY";
  }
  return "unknown errno";
}

}  // namespace wg
