// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/icmp_types.h"

namespace net {

IcmpTypeCode TypeCodeOf(IcmpError error, bool v4) {
  switch (error) {
    case IcmpError::kNetUnreachable:
      return v4 ? IcmpTypeCode{3, 0} : IcmpTypeCode{1, 0};
    case IcmpError::kHostUnreachable:
      return v4 ? IcmpTypeCode{3, 1} : IcmpTypeCode{1, 3};
    case IcmpError::kProtocolUnreachable:
      return v4 ? IcmpTypeCode{3, 2} : IcmpTypeCode{4, 1};
    case IcmpError::kPortUnreachable:
      return v4 ? IcmpTypeCode{3, 3} : IcmpTypeCode{1, 4};
    case IcmpError::kTooBig:
      return v4 ? IcmpTypeCode{3, 4} : IcmpTypeCode{2, 0};
    case IcmpError::kProhibited:
      return v4 ? IcmpTypeCode{3, 13} : IcmpTypeCode{1, 1};
    case IcmpError::kTtlExceeded:
      return v4 ? IcmpTypeCode{11, 0} : IcmpTypeCode{3, 0};
    case IcmpError::kReassemblyTimeout:
      return v4 ? IcmpTypeCode{11, 1} : IcmpTypeCode{3, 1};
  }
  return IcmpTypeCode{3, 0};
}

bool IsIcmpErrorType(uint8_t type, bool v4) {
  // Unreachable, source quench, redirect, time exceeded, parameter problem; ICMPv6: below 128.
  return v4 ? type == 3 || type == 4 || type == 5 || type == 11 || type == 12 : type < 128;
}

bool IsRateLimited(IcmpError error) { return error != IcmpError::kTooBig; }

IcmpReport ReportOf(const IcmpHeader& icmp, bool v4) {
  IcmpReport report;
  const uint8_t unreachable = v4 ? 3 : 1;
  if (!v4 && icmp.type == 2) {
    report.error = wg::Errno::kMsgSize;
    report.hard = true;
    report.mtu = icmp.rest;
  } else if (icmp.type != unreachable) {
    report.error = icmp.type == (v4 ? 4 : 255) ? wg::Errno::kOk : wg::Errno::kHostUnreach;
  } else if (!v4) {
    switch (icmp.code) {
      case 0:
        report.error = wg::Errno::kNetUnreach;
        break;
      case 4:
        report.error = wg::Errno::kConnRefused, report.hard = true;
        break;
      default:
        report.error = wg::Errno::kHostUnreach;
        break;
    }
  } else {
    switch (icmp.code) {
      case 0:
        report.error = wg::Errno::kNetUnreach;
        break;
      case 2:
        report.error = wg::Errno::kProtoNoSupport, report.hard = true;
        break;
      case 3:
        report.error = wg::Errno::kConnRefused, report.hard = true;
        break;
      case 4:
        report.error = wg::Errno::kMsgSize;
        report.hard = true;
        report.mtu = icmp.rest & 0xffff;
        break;
      default:
        report.error = wg::Errno::kHostUnreach;
        break;
    }
  }
  return report;
}

}  // namespace net
