// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/conform/wire.h"

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/net/headers.h"
#include "tools/conform/command.h"

namespace conformance {
namespace {

constexpr char kName[] = "wire";
constexpr wg::IpAddress kAddressV4 = wg::IpAddress::V4(0xc0000201);
constexpr wg::IpAddress kAddressV6 = wg::IpAddress::V6(0x20010db8ffff0000, 1);

}  // namespace

absl::StatusOr<std::unique_ptr<Wire>> Wire::Create() {
  // Answers need not come from where a route leads, and the host shall not look for routers or
  // neighbours.
  for (const char* setting : {"ipv4/conf/all/rp_filter", "ipv4/conf/default/rp_filter",
                              "ipv6/conf/default/router_solicitations"}) {
    std::ofstream(absl::StrCat("/proc/sys/net/", setting)) << 0;
  }
  absl::StatusOr<std::unique_ptr<live::Tun>> tun = live::Tun::Create(kName);
  if (!tun.ok()) return tun.status();
  const std::string v4 = kAddressV4.ToString() + "/32", v6 = kAddressV6.ToString() + "/128";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"link", "set", "lo", "up"},
           {"link", "set", kName, "mtu", "65535", "addrgenmode", "none", "up"},
           {"addr", "add", v4, "dev", kName},
           {"addr", "add", v6, "dev", kName, "nodad"},
           {"route", "add", "default", "dev", kName},
           {"-6", "route", "add", "default", "dev", kName}}) {
    std::vector<std::string> command = {"ip"};
    command.insert(command.end(), words.begin(), words.end());
    if (absl::Status status = RunCommand(command); !status.ok()) return status;
  }
  return std::unique_ptr<Wire>(new Wire(*std::move(tun)));
}

void Wire::Send(const wg::WireBytes& payload, const wg::Endpoint& from, uint16_t port, uint8_t ds) {
  wg::Buffer packet = pool_.Copy(payload);
  net::PushUdp(from.port, port, &packet);
  net::PushIp({.source = from.address,
               .destination = from.address.family() == wg::Family::kIpv4 ? kAddressV4 : kAddressV6,
               .protocol = net::kProtocolUdp,
               .ds = ds},
              &packet);
  net::CompleteChecksum(&packet);
  tun_->Write(std::as_const(packet).bytes());
}

absl::optional<wg::WireOut> Wire::Take() {
  wg::Buffer packet;
  while (tun_->Read(&pool_, &packet) == live::Tun::Got::kPacket) {
    const auto bytes = std::as_const(packet).bytes();
    net::IpHeader ip;
    net::UdpHeader udp;
    if (!net::ParseIp(bytes, &ip) || ip.protocol != net::kProtocolUdp || ip.is_fragment()) continue;
    const auto transport = bytes.subspan(ip.header_size, ip.total_size - ip.header_size);
    if (!net::ParseUdp(transport, &udp)) continue;
    const auto payload = transport.subspan(net::kUdpHeaderSize, udp.size - net::kUdpHeaderSize);
    return wg::WireOut{{},
                       wg::WireBytes(payload.begin(), payload.end()),
                       {ip.destination, udp.destination_port, 0},
                       ip.ds};
  }
  return absl::nullopt;
}

}  // namespace conformance
