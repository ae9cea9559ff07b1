// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Netlink messages (struct nlmsghdr), of which one datagram may hold several, and what generic
// netlink makes of a request before the family's own handler sees it (net/netlink/genetlink.c).
#ifndef WGSIM_PROTOCOL_NETLINK_MESSAGE_H_
#define WGSIM_PROTOCOL_NETLINK_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "protocol/errno.h"
#include "protocol/netlink/uapi.h"

namespace wg::netlink {

struct Header {
  uint16_t type = kFamily;
  uint16_t flags = 0;     // MessageFlag
  uint32_t sequence = 0;  // answers carry that of their request
  uint32_t port = 0;      // of the program's socket
};

struct Message {
  Header header;
  absl::Span<const uint8_t> payload;  // a view
};

// Walks the messages of a datagram (nlmsg_for_each_msg).
class MessageReader {
 public:
  explicit MessageReader(absl::Span<const uint8_t> datagram) : left_(datagram) {}
  // False at the end and where no whole message is left.
  bool Next(Message* message);
  // Bytes that no message accounts for. REQUIRES: Next() has returned false.
  size_t leftover() const { return left_.size(); }

 private:
  absl::Span<const uint8_t> left_;
};

// Begins a message at the end of *datagram, whose length is a multiple of 4, and gives its place;
// EndMessage writes its length when all of it is there.
size_t BeginMessage(const Header& header, std::vector<uint8_t>* datagram);
// The same with the generic-netlink header.
size_t BeginGenericMessage(const Header& header, Command command, std::vector<uint8_t>* datagram);
void EndMessage(size_t at, std::vector<uint8_t>* datagram);

// A request for the family that may be handled.
struct Request {
  Header header;
  Command command = Command::kGetDevice;
  absl::Span<const uint8_t> attributes;  // a view of the datagram
};

// Reads the first message of the datagram as a request to the family with the number kFamily.
//
//   EINVAL      no whole message, or not marked as a request (the kernel drops such bytes without a
//               word), or no generic-netlink header
//   ENOENT      another family
//   EOPNOTSUPP  a command that does not exist, GET_DEVICE other than as a dump, SET_DEVICE as one
//   EPERM       the caller lacks CAP_NET_ADMIN over its network namespace
Errno ReadRequest(absl::Span<const uint8_t> datagram, bool has_net_admin, Request* request);

// The answer to a request: NLMSG_ERROR, also for success. An error repeats the request, a success
// only its header (netlink_ack). REQUIRES: the request begins with a whole message.
std::vector<uint8_t> EncodeAnswer(absl::Span<const uint8_t> request, Errno error);
// False if the message is no answer.
bool DecodeAnswer(const Message& message, Errno* error);

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_MESSAGE_H_
