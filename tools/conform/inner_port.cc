// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/conform/inner_port.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace conformance {
namespace {

constexpr size_t kLargestPacket = 65535;
constexpr int kReceiveBuffer = 8 << 20;

sockaddr_ll AddressOf(int ifindex, uint16_t protocol) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(protocol);
  address.sll_ifindex = ifindex;
  return address;
}

}  // namespace

absl::StatusOr<std::unique_ptr<InnerPort>> InnerPort::Open(const std::string& interface) {
  const unsigned ifindex = if_nametoindex(interface.c_str());
  if (ifindex == 0) return absl::NotFoundError(absl::StrCat("there is no interface ", interface));
  live::Fd fd(socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd)
    return absl::PermissionDeniedError(absl::StrCat("packet socket: ", std::strerror(errno)));
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof(kReceiveBuffer));
  const sockaddr_ll address = AddressOf(static_cast<int>(ifindex), ETH_P_ALL);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return absl::InternalError(absl::StrCat("packet socket: ", std::strerror(errno)));
  }
  return std::unique_ptr<InnerPort>(new InnerPort(std::move(fd), static_cast<int>(ifindex)));
}

wg::Errno InnerPort::Send(const wg::WireBytes& packet) {
  const int version = packet.empty() ? 0 : packet[0] >> 4;
  const sockaddr_ll to = AddressOf(ifindex_, version == 6 ? ETH_P_IPV6 : ETH_P_IP);
  if (sendto(fd_.get(), packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to),
             sizeof(to)) >= 0) {
    return wg::Errno::kOk;
  }
  return errno == ENETDOWN ? wg::Errno::kNetDown : wg::Errno::kInval;
}

absl::optional<wg::WireBytes> InnerPort::Take() {
  wg::WireBytes packet(kLargestPacket);
  while (true) {
    sockaddr_ll from{};
    socklen_t size = sizeof(from);
    const ssize_t got = recvfrom(fd_.get(), packet.data(), packet.size(), 0,
                                 reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 0) {
      // Going down is told to packet sockets as an error, once.
      if (errno == ENETDOWN || errno == EINTR) continue;
      return absl::nullopt;
    }
    if (from.sll_pkttype == PACKET_OUTGOING) continue;
    packet.resize(static_cast<size_t>(got));
    return packet;
  }
}

}  // namespace conformance
