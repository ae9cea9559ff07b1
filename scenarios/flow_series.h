// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What became of the packets of all flows, bucket by bucket, and the list of outages: from the accounts of a run that is over,
// so that the run itself pays nothing.
#ifndef WGSIM_SCENARIOS_FLOW_SERIES_H_
#define WGSIM_SCENARIOS_FLOW_SERIES_H_

#include <cstddef>

#include "scenarios/buckets.h"
#include "scenarios/flow_book.h"
#include "scenarios/series.pb.h"
#include "scenarios/traffic.h"

namespace scenario {

inline constexpr size_t kMostOutageSpans = 1000;

// Fills bucket_ns, end_ns, bystanders, touched and outages.
void FillFlows(const Traffic& traffic, const FlowBook& book, const Buckets& buckets, Series* series);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FLOW_SERIES_H_
