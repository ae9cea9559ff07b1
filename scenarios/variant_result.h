// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// VariantResult out of what a world holds at the end of its run.
#ifndef WGSIM_SCENARIOS_VARIANT_RESULT_H_
#define WGSIM_SCENARIOS_VARIANT_RESULT_H_

#include "scenarios/control_plane.h"
#include "scenarios/faults.h"
#include "scenarios/flow_book.h"
#include "scenarios/result.pb.h"
#include "scenarios/traffic.h"
#include "scenarios/world.h"
#include "sim/time.h"

namespace scenario {

// `faults`: nullptr, if the plan has none. `end`: of the time that flows may offer, where outages
// without an end are closed.
VariantResult MakeVariantResult(World& world, const FlowBook& book, const Traffic& traffic,
                                const ControlPlane& control, const Faults* faults, sim::Time end);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_VARIANT_RESULT_H_
