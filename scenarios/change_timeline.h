// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ChangeTimeline: the part of a timeline that shows how the configuration of devices changes: for each device a track with
// its reconfigurations and in them their steps, each from the end of the one before to its act, waiting included; and for
// each address of a flow that was exposed a track of its own, from when it lost its owner until it had it back.
#ifndef WGSIM_SCENARIOS_CHANGE_TIMELINE_H_
#define WGSIM_SCENARIOS_CHANGE_TIMELINE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "protocol/config_step.h"
#include "protocol/ip.h"
#include "scenarios/change_observer.h"
#include "scenarios/exposure_meter.h"
#include "sim/event_loop.h"
#include "sim/perfetto_writer.h"
#include "sim/time.h"

namespace scenario {

// It hears of changes from the beginning of the run; between Start and Stop it writes.
class ChangeTimeline : public ChangeObserver {
 public:
  // Both outlive it.
  ChangeTimeline(sim::PerfettoWriter* writer, const sim::EventLoop* loop)
      : writer_(writer), loop_(loop) {}

  // A device of the plan, whose tracks are below `parent`.
  void AddDevice(int device, sim::PerfettoWriter::Track parent);

  void Start(sim::Time from);
  // What is under way is cut off here.
  void Stop(sim::Time to);

  void OnChangeBegin(int device, absl::string_view what) override;
  void OnChangeStep(int device, const wg::ConfigStep& step) override;
  void OnChangeEnd(int device, const std::vector<Exposure>& exposures) override;

 private:
  struct Device {
    sim::PerfettoWriter::Track parent = sim::PerfettoWriter::Track::kNone;
    sim::PerfettoWriter::Track changes = sim::PerfettoWriter::Track::kNone;
    std::string what;        // of the reconfiguration under way; empty: none is
    sim::Time last_step{};   // or its begin
    absl::btree_map<wg::IpAddress, sim::PerfettoWriter::Track> exposed;
  };

  void BeginSlice(Device* device, sim::Time time);

  sim::PerfettoWriter* const writer_;
  const sim::EventLoop* const loop_;
  std::vector<Device> devices_;
  bool on_ = false;
  sim::Time from_{};
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CHANGE_TIMELINE_H_
