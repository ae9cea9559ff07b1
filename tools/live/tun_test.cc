// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// With this machine's kernel, in a network namespace that the test makes. Where that is not permitted it is skipped.
#include "tools/live/tun.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "tools/live/fd.h"
#include "tools/live/packet_maker.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace live {
namespace {

constexpr int kPatienceMs = 10000;
constexpr char kName[] = "tuntest";

sockaddr_in Address(uint8_t last, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(0x0a000000u + last);
  return address;
}

// This host is 10.0.0.1; everybody else is behind the interface.
class TunTest : public testing::TestWithParam<Tun::Offload> {
 protected:
  void SetUp() override {
    if (unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "no network namespaces: " << std::strerror(errno);
    absl::StatusOr<std::unique_ptr<Tun>> tun = Tun::Create(kName, GetParam());
    if (!tun.ok()) GTEST_SKIP() << tun.status().message();
    tun_ = *std::move(tun);
    socket_ = Fd(socket(AF_INET, SOCK_DGRAM, 0));
    ifreq request{};
    std::memcpy(request.ifr_name, kName, sizeof(kName));
    sockaddr_in address = Address(1, 0);
    std::memcpy(&request.ifr_addr, &address, sizeof(address));
    ASSERT_EQ(ioctl(socket_.get(), SIOCSIFADDR, &request), 0);
    address.sin_addr.s_addr = htonl(0xff000000);
    std::memcpy(&request.ifr_netmask, &address, sizeof(address));
    ASSERT_EQ(ioctl(socket_.get(), SIOCSIFNETMASK, &request), 0);
    request.ifr_flags = IFF_UP;
    ASSERT_EQ(ioctl(socket_.get(), SIOCSIFFLAGS, &request), 0);
    address = Address(1, 5000);
    ASSERT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    const timeval patience = {.tv_sec = kPatienceMs / 1000, .tv_usec = 0};
    ASSERT_EQ(setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
  }

  // UDP to 10.0.0.2 that comes out of the interface.
  std::vector<Bytes> Take(size_t count) {
    std::vector<Bytes> packets;
    while (packets.size() < count) {
      pollfd fd = {.fd = tun_->fd(), .events = POLLIN, .revents = 0};
      if (poll(&fd, 1, kPatienceMs) != 1) break;
      std::vector<wg::Buffer> some;
      tun_->Read(&pool_, &some);
      for (const wg::Buffer& packet : some) {
        const Bytes bytes(packet.bytes().begin(), packet.bytes().end());
        // The stack has things of its own to say (MLD, router solicitations).
        if (bytes[0] == 0x45 && bytes[9] == 17 && bytes[19] == 2) packets.push_back(bytes);
      }
    }
    return packets;
  }

  PacketMaker FromOutside() {
    PacketMaker maker;
    maker.tcp = false;
    maker.from = 2;
    maker.to = 1;
    maker.tos = 0;
    return maker;
  }

  wg::BufferPool pool_;
  std::unique_ptr<Tun> tun_;
  Fd socket_;
};

TEST_P(TunTest, WhatIsSentAsOneComesOutPacketByPacketAndComplete) {
  const Bytes payload = Payload(2500);
  const sockaddr_in to = Address(2, 4000);
  const int segment = 1000;
  ASSERT_EQ(setsockopt(socket_.get(), SOL_UDP, UDP_SEGMENT, &segment, sizeof(segment)), 0);
  ASSERT_EQ(sendto(socket_.get(), payload.data(), payload.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                   sizeof(to)),
            2500);
  const std::vector<Bytes> packets = Take(3);
  ASSERT_EQ(packets.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    PacketMaker maker = FromOutside();
    std::swap(maker.from, maker.to);
    std::swap(maker.from_port, maker.to_port);
    const auto from = payload.begin() + static_cast<ptrdiff_t>(1000 * i);
    maker.payload.assign(from, i < 2 ? from + 1000 : payload.end());
    // The stack's own choice.
    maker.dont_fragment = packets[i][6] == 0x40;
    maker.id = static_cast<uint16_t>(packets[i][4] * 256 + packets[i][5]);
    EXPECT_EQ(packets[i], maker.Make()) << i;
  }
}

TEST_P(TunTest, WhatIsHandedOverTogetherArrivesOneByOne) {
  PacketMaker maker = FromOutside();
  maker.payload = Payload(9500);
  std::vector<Bytes> packets = maker.Cut(1000);
  for (Bytes& packet : packets) tun_->WriteLater(absl::MakeSpan(packet));
  tun_->Flush();
  PacketMaker alone = maker;
  alone.payload = Payload(7);
  EXPECT_TRUE(tun_->Write(alone.Make()));
  Bytes whole;
  for (size_t i = 0; i < 11; ++i) {
    Bytes datagram(70000);
    const ssize_t got = recv(socket_.get(), datagram.data(), datagram.size(), 0);
    ASSERT_EQ(got, i < 9 ? 1000 : i == 9 ? 500 : 7);
    if (i < 10) whole.insert(whole.end(), datagram.begin(), datagram.begin() + got);
  }
  EXPECT_EQ(whole, maker.payload);
}

TEST_P(TunTest, NoMoreIsAgreedThanWasWanted) { EXPECT_LE(tun_->offload(), GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, TunTest, testing::Values(Tun::Offload::kNone, Tun::Offload::kTcp, Tun::Offload::kUdp));

}  // namespace
}  // namespace live
