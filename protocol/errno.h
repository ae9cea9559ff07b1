// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The errnos that WireGuard and the sockets around it answer with, with Linux's values whatever machine this runs on.
#ifndef WGSIM_PROTOCOL_ERRNO_H_
#define WGSIM_PROTOCOL_ERRNO_H_

#include "absl/strings/string_view.h"

namespace wg {

enum class Errno : int {
  kOk = 0,
  kPerm = 1,            // EPERM: no right to change this
  kNoEnt = 2,           // ENOENT: no such generic-netlink family
  kAgain = 11,          // EAGAIN: the send buffer is full
  kNoMem = 12,          // ENOMEM: 2^20 peers, or an allocation failed
  kNoDev = 19,          // ENODEV: no such device in this namespace
  kInval = 22,          // EINVAL: an attribute is missing or wrong
  kRange = 34,          // ERANGE: an attribute has a wrong length
  kBadR = 53,           // EBADR: not exactly one of ifindex and ifname
  kNoNet = 64,          // ENONET: the creating namespace is gone, or no socket
  kDestAddrReq = 89,    // EDESTADDRREQ: the peer has no endpoint
  kMsgSize = 90,        // EMSGSIZE: larger than the path allows
  kProtoNoSupport = 93, // EPROTONOSUPPORT: not a proper IP packet
  kOpNotSupp = 95,      // EOPNOTSUPP: unknown flag (before 6.16), or not a WireGuard device
  kPfNoSupport = 96,    // EPFNOSUPPORT: protocol version other than 1
  kAfNoSupport = 97,    // EAFNOSUPPORT: no endpoint family
  kAddrInUse = 98,      // EADDRINUSE: port taken
  kNetDown = 100,       // ENETDOWN: the interface is down
  kNetUnreach = 101,    // ENETUNREACH: no route
  kNoBufs = 105,        // ENOBUFS: a queue is full
  kConnRefused = 111,   // ECONNREFUSED: ICMP port unreachable came back
  kHostUnreach = 113,   // EHOSTUNREACH: ICMP host unreachable came back
  kNoKey = 126,         // ENOKEY: no peer has this address among its allowed ips
};

// "ENOKEY"; "unknown errno" for a number not listed.
absl::string_view ErrnoName(Errno error);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_ERRNO_H_
