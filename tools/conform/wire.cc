// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/conform/wire.h"

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "conformance/target.h"
#include "sim/net/headers.h"
#include "tools/conform/command.h"

namespace conformance {
namespace {

constexpr char kName[] = "wire";

std::string Alone(const wg::IpAddress& address) {
  return absl::StrCat(address.ToString(), "/", address.size() * 8);
}

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
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"link", "set", "lo", "up"},
           {"link", "set", kName, "mtu", "65535", "addrgenmode", "none", "up"},
           {"addr", "add", Alone(kFirstV4), "dev", kName},
           {"addr", "add", Alone(kSecondV4), "dev", kName},
           {"addr", "add", Alone(kFirstV6), "dev", kName, "nodad"},
           // What is not preferred is not chosen when there is something else.
           {"addr", "add", Alone(kSecondV6), "dev", kName, "nodad", "preferred_lft", "0"},
           {"route", "add", "default", "dev", kName},
           {"route", "add", "unreachable", Alone(kUnreachable)},
           {"-6", "route", "add", "default", "dev", kName}}) {
    std::vector<std::string> command = {"ip"};
    command.insert(command.end(), words.begin(), words.end());
    if (absl::Status status = RunCommand(command); !status.ok()) return status;
  }
  return std::unique_ptr<Wire>(new Wire(*std::move(tun)));
}

void Wire::Send(const wg::WireBytes& payload, const wg::Endpoint& from, uint16_t port, uint8_t ds,
                bool second) {
  const bool is_v4 = from.address.is_v4();
  wg::Buffer packet = pool_.Copy(payload);
  net::PushUdp(from.port, port, &packet);
  net::PushIp(
      {.source = from.address,
       .destination = second ? (is_v4 ? kSecondV4 : kSecondV6) : (is_v4 ? kFirstV4 : kFirstV6),
       .protocol = net::kProtocolUdp,
       .ds = ds},
      &packet);
  net::CompleteChecksum(&packet);
  tun_->Write(std::as_const(packet).bytes());
}

absl::Status Wire::RemoveSecond() {
  absl::Status status = RunCommand({"ip", "addr", "del", Alone(kSecondV4), "dev", kName});
  status.Update(RunCommand({"ip", "addr", "del", Alone(kSecondV6), "dev", kName}));
  return status;
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
                       ip.ds,
                       ip.source};
  }
  return absl::nullopt;
}

}  // namespace conformance
