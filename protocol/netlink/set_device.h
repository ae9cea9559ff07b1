// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// SET_DEVICE between bytes and wg::SetDevice (netlink.c: wg_set_device, set_peer, set_allowedip;
// spec/data sections 2.2 to 2.7).
//
// An error stands where the kernel finds it, because what comes before it is applied:
//
//   DecodeSetDevice() fails       the message as a whole, before the device is looked up
//   SetDeviceMessage::refused     found when the device is known, before anything changes
//   SetPeer::error                this peer and all behind it are not applied; decoding stops here
//   AllowedIpChange::error        entries before it are applied; the rest of the list is not read,
//                                 later peers are, because a peer that is removed has no list
//
// The kernel's own endpoint rule is kept: a sockaddr whose family and length do not fit together is
// ignored. PUBLIC_KEY of the device, the handshake time and the byte counts are checked and
// ignored.
//
// Requirements: PEER-010; NL-010 057.
#ifndef WGSIM_PROTOCOL_NETLINK_SET_DEVICE_H_
#define WGSIM_PROTOCOL_NETLINK_SET_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "protocol/config.h"
#include "protocol/errno.h"
#include "protocol/netlink/interface.h"
#include "protocol/netlink/message.h"
#include "protocol/netlink/policy.h"

namespace wg::netlink {

struct SetDeviceMessage {
  Target target;
  SetDevice request;
  Errno refused = Errno::kOk;
};

// From the attributes of a request (ReadRequest). Not kOk: *message means nothing.
Errno DecodeSetDevice(absl::Span<const uint8_t> attributes, Version version,
                      SetDeviceMessage* message);

// What the handler finds before anything changes: the device among those of the caller's namespace,
// then `refused`, then the caller's rights (spec/data section 2.3 steps 2 to 5). kOk: the request
// is for a ConfigSession on interfaces[*found].
Errno Admit(const SetDeviceMessage& message, absl::Span<const Interface> interfaces, size_t* found);

// What a sender writes although it is empty.
struct EncodeStyle {
  bool empty_nests = false;  // PEERS without peers, ALLOWEDIPS without entries
};

// One whole message at the end of *datagram. EMSGSIZE, and *datagram is as it was, if it exceeds
// kMaxMessageBytes with what was there. REQUIRES: no errors in the request.
Errno EncodeSetDevice(const Header& header, const Target& target, const SetDevice& request,
                      EncodeStyle style, std::vector<uint8_t>* datagram);

// How long that message is, whether it may be so long or not: of the whole, and of its parts.
size_t EncodedSize(const Target& target, const SetDevice& request, EncodeStyle style);
// Headers, target and the device's own attributes; PEERS comes on top.
size_t EncodedDeviceSize(const Target& target, const SetDevice& request);
// The entry of a peer up to its list; ALLOWEDIPS comes on top.
size_t EncodedPeerSize(const SetPeer& peer);
size_t EncodedSize(const AllowedIpChange& change);

// Zeroes the private key and the preshared keys in a request that has been handled, whatever became
// of it (wg_set_device; spec/data section 2.3 step 12). What is no request is left alone.
void WipeKeys(absl::Span<uint8_t> datagram);

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_SET_DEVICE_H_
