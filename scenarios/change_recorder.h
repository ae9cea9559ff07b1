// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ChangeRecorder: keeps, of the reconfigurations of a run, counts by bucket and a bounded number one by one with their steps
// and the addresses that they exposed. Which are kept: series.proto. It only looks.
#ifndef WGSIM_SCENARIOS_CHANGE_RECORDER_H_
#define WGSIM_SCENARIOS_CHANGE_RECORDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/config_step.h"
#include "scenarios/buckets.h"
#include "scenarios/change_observer.h"
#include "scenarios/exposure_meter.h"
#include "scenarios/series.pb.h"
#include "scenarios/world.h"
#include "sim/time.h"

namespace scenario {

class ChangeRecorder : public ChangeObserver {
 public:
  static constexpr size_t kMostExposedInBucket = 2;
  static constexpr size_t kMostOthers = 400;
  static constexpr int kMostSteps = 64;        // of one reconfiguration
  static constexpr size_t kMostExposures = 16;  // of one reconfiguration

  // `world` outlives it. `next` hears everything too; nullptr: nobody does.
  ChangeRecorder(World* world, const Buckets& buckets, ChangeObserver* next);

  // REQUIRES: no reconfiguration is under way (ControlPlane::Close).
  void Fill(Series* series);

  void OnChangeBegin(int device, absl::string_view what) override;
  void OnChangeStep(int device, const wg::ConfigStep& step) override;
  void OnChangeEnd(int device, const std::vector<Exposure>& exposures) override;

 private:
  struct Kept {
    sim::Duration worst{};  // its longest exposure
    uint64_t number = 0;    // in order of their ends
    ChangeSpan span;
  };

  void KeepExposed(size_t bucket, Kept kept);
  void KeepOther(Kept kept);

  World* const world_;
  const Buckets buckets_;
  ChangeObserver* const next_;
  std::vector<ChangeSpan> under_way_;  // by device
  std::vector<uint64_t> begun_, exposed_in_;  // by bucket
  std::vector<std::vector<Kept>> exposed_;  // by bucket of their begin; the longest exposure first
  std::vector<Kept> others_;           // in order of their ends; every stride_-th
  uint64_t stride_ = 1;
  uint64_t ended_ = 0;
  uint64_t others_ended_ = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CHANGE_RECORDER_H_
