// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ICMP type and code numbers (RFC 792, RFC 4443) and what they mean to a socket.
#ifndef WGSIM_SIM_NET_ICMP_TYPES_H_
#define WGSIM_SIM_NET_ICMP_TYPES_H_

#include <cstdint>

#include "sim/net/headers.h"
#include "sim/net/udp_table.h"

namespace net {

inline constexpr uint8_t kIcmpEchoReply = 0;
inline constexpr uint8_t kIcmpEcho = 8;
inline constexpr uint8_t kIcmpV6Echo = 128;
inline constexpr uint8_t kIcmpV6EchoReply = 129;

// What happened; type and code depend on the family.
enum class IcmpError : uint8_t {
  kNetUnreachable,       // 3/0; 1/0
  kHostUnreachable,      // 3/1; 1/3 address unreachable
  kProtocolUnreachable,  // 3/2; 4/1
  kPortUnreachable,      // 3/3; 1/4
  kTooBig,               // 3/4 fragmentation needed; 2/0
  kProhibited,           // 3/13; 1/1
  kTtlExceeded,          // 11/0; 3/0
  kReassemblyTimeout,    // 11/1; 3/1
};

struct IcmpTypeCode {
  uint8_t type;
  uint8_t code;
};

IcmpTypeCode TypeCodeOf(IcmpError error, bool v4);
// Types that report an error, as opposed to queries and answers.
bool IsIcmpErrorType(uint8_t type, bool v4);
// Subject to rate limits (net.ipv4.icmp_ratemask 0x1818, net.ipv6.icmp.ratemask): not the news of a
// smaller MTU.
bool IsRateLimited(IcmpError error);
// error and hard by type and code (icmp_err_convert, __udp4_lib_err; icmpv6_err_convert,
// __udp6_lib_err).
IcmpReport ReportOf(const IcmpHeader& icmp, bool v4);

}  // namespace net

#endif  // WGSIM_SIM_NET_ICMP_TYPES_H_
