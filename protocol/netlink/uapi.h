// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The numbers of the generic-netlink family "wireguard" (include/uapi/linux/wireguard.h; spec/data
// sections 2.1 and 2.2) and those of netlink itself that its messages need. Integers inside
// attributes are in the host's byte order; the modelled hosts are little-endian.
#ifndef WGSIM_PROTOCOL_NETLINK_UAPI_H_
#define WGSIM_PROTOCOL_NETLINK_UAPI_H_

#include <cstddef>
#include <cstdint>

namespace wg::netlink {

// --- Messages.

inline constexpr size_t kAlignment = 4;             // of messages and of attributes
inline constexpr size_t kMessageHeaderBytes = 16;   // nlmsghdr
inline constexpr size_t kGenericHeaderBytes = 4;    // genlmsghdr
inline constexpr size_t kAttributeHeaderBytes = 4;  // nlattr

// Types below kFirstFamily are netlink's own.
enum MessageType : uint16_t { kTypeError = 2, kTypeDone = 3, kFirstFamily = 16 };

enum MessageFlag : uint16_t {
  kFlagRequest = 0x1,
  kFlagMulti = 0x2,
  kFlagAck = 0x4,
  kFlagDumpInterrupted = 0x10,  // NLM_F_DUMP_INTR: what is dumped has changed meanwhile
  kFlagDump = 0x300,            // NLM_F_ROOT and NLM_F_MATCH, both
};

// The number of the family is given out when the module is loaded; a program asks for it by name.
// Any number from kFirstFamily on does; this one is what our machines have.
inline constexpr uint16_t kFamily = 31;
inline constexpr uint8_t kFamilyVersion = 1;
enum class Command : uint8_t { kGetDevice = 0, kSetDevice = 1 };

// --- Attributes.

inline constexpr uint16_t kNested = 0x8000;        // NLA_F_NESTED
inline constexpr uint16_t kNetByteOrder = 0x4000;  // NLA_F_NET_BYTEORDER
inline constexpr uint16_t kTypeMask = 0x3fff;      // NLA_TYPE_MASK

enum DeviceAttribute : uint16_t {
  kDeviceIfIndex = 1,
  kDeviceIfName,
  kDevicePrivateKey,
  kDevicePublicKey,
  kDeviceFlags,
  kDeviceListenPort,
  kDeviceFwmark,
  kDevicePeers,
};

enum PeerAttribute : uint16_t {
  kPeerPublicKey = 1,
  kPeerPresharedKey,
  kPeerFlags,
  kPeerEndpoint,
  kPeerPersistentKeepalive,
  kPeerLastHandshake,
  kPeerRxBytes,
  kPeerTxBytes,
  kPeerAllowedIps,
  kPeerProtocolVersion,
};

enum AllowedIpAttribute : uint16_t {
  kAllowedIpFamily = 1,
  kAllowedIpAddress,
  kAllowedIpMask,
  kAllowedIpFlags,  // since 6.16
};

inline constexpr uint32_t kReplacePeers = 1;  // of a device
inline constexpr uint32_t kAllDeviceFlags = 1;
inline constexpr uint32_t kRemovePeer = 1;  // of a peer
inline constexpr uint32_t kReplaceAllowedIps = 2;
inline constexpr uint32_t kUpdateOnly = 4;
inline constexpr uint32_t kAllPeerFlags = 7;
inline constexpr uint32_t kRemoveAllowedIp = 1;  // of an allowed ip
inline constexpr uint32_t kAllAllowedIpFlags = 1;

inline constexpr size_t kIfNameSize = 16;  // IFNAMSIZ: 15 characters and NUL
inline constexpr uint32_t kProtocolVersion = 1;
inline constexpr uint16_t kAfInet = 2;
inline constexpr uint16_t kAfInet6 = 10;
inline constexpr size_t kSockaddrInBytes = 16;
inline constexpr size_t kSockaddrIn6Bytes = 28;
inline constexpr size_t kTimespecBytes = 16;  // s64 seconds, s64 nanoseconds

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_UAPI_H_
