// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// UDP echo on ns-3:  ns3_udp_echo <echoes>
// Two nodes, one point-to-point link of 1 Gbit/s and 1 ms, 1024 bytes of payload every 20 us,
// echoed. Counts one-way packets. Built by compare.py against Debian's libns3-dev, not by Bazel.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "tools/bench/ns3_compare/hold.h"

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const uint32_t echoes = static_cast<uint32_t>(std::strtoul(argv[1], nullptr, 10));
  const uint16_t port = 9;

  ns3::NodeContainer nodes;
  nodes.Create(2);
  ns3::PointToPointHelper link;
  link.SetDeviceAttribute("DataRate", ns3::StringValue("1Gbps"));
  link.SetChannelAttribute("Delay", ns3::StringValue("1ms"));
  const ns3::NetDeviceContainer devices = link.Install(nodes);
  ns3::InternetStackHelper().Install(nodes);
  ns3::Ipv4AddressHelper addresses;
  addresses.SetBase("10.0.0.0", "255.255.255.0");
  const ns3::Ipv4InterfaceContainer interfaces = addresses.Assign(devices);

  ns3::UdpEchoServerHelper server(port);
  server.Install(nodes.Get(1)).Start(ns3::Seconds(0));
  ns3::UdpEchoClientHelper client(interfaces.GetAddress(1), port);
  client.SetAttribute("MaxPackets", ns3::UintegerValue(echoes));
  client.SetAttribute("Interval", ns3::TimeValue(ns3::MicroSeconds(20)));
  client.SetAttribute("PacketSize", ns3::UintegerValue(1024));
  ns3::ApplicationContainer clients = client.Install(nodes.Get(0));
  clients.Start(ns3::Seconds(0));

  uint64_t received = 0;
  clients.Get(0)->TraceConnectWithoutContext(
      "Rx", ns3::Callback<void, ns3::Ptr<const ns3::Packet>>(
                [&received](ns3::Ptr<const ns3::Packet>) { ++received; }));

  const int64_t begin = hold::CpuNs();
  ns3::Simulator::Run();
  const int64_t cpu_ns = hold::CpuNs() - begin;
  if (received == 0) {
    std::fprintf(stderr, "no echo came back\n");
    return 1;
  }
  hold::Report("echo", echoes, 2 * received, cpu_ns);
  std::printf(
      "# %llu of %u echoes, %.2f events per one-way packet\n",
      static_cast<unsigned long long>(received), echoes,
      static_cast<double>(ns3::Simulator::GetEventCount()) / static_cast<double>(2 * received));
  ns3::Simulator::Destroy();
  return 0;
}
