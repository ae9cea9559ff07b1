// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The hold model on ns-3:  ns3_hold <pending> <events> [scheduler, default ns3::MapScheduler]
// Built by compare.py against Debian's libns3-dev, not by Bazel.
#include <cstdint>
#include <cstdlib>

#include "ns3/core-module.h"
#include "tools/bench/ns3_compare/hold.h"

namespace {

struct Model {
  hold::Delays delays;
  uint64_t left = 0;

  void Schedule() {
    ns3::Simulator::Schedule(ns3::NanoSeconds(delays.NextNs()), &Model::OnEvent, this);
  }
  void OnEvent() {
    if (left == 0) {
      ns3::Simulator::Stop();
      return;
    }
    --left;
    Schedule();
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const uint64_t pending = std::strtoull(argv[1], nullptr, 10);
  const uint64_t events = std::strtoull(argv[2], nullptr, 10);
  ns3::ObjectFactory factory;
  factory.SetTypeId(argc > 3 ? argv[3] : "ns3::MapScheduler");
  ns3::Simulator::SetScheduler(factory);

  Model model;
  for (uint64_t i = 0; i < pending; ++i) model.Schedule();
  model.left = events;
  const int64_t begin = hold::CpuNs();
  ns3::Simulator::Run();
  hold::Report("hold", pending, events, hold::CpuNs() - begin);
  ns3::Simulator::Destroy();
  return 0;
}
