// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a guest's console says of a job (job.h, guest/set.c, guest/traffic.c), as a result. Packets that were sent and did not
// come are dropped "kernel: not received": who had them is not known, so nothing is misdirected here. Exposure, handshakes
// and bytes on the wire are not known either.
#ifndef WGSIM_TOOLS_KERNEL_REFERENCE_CONSOLE_H_
#define WGSIM_TOOLS_KERNEL_REFERENCE_CONSOLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scenarios/plan.h"
#include "scenarios/result.pb.h"

namespace kernel_reference {

// Times are the guest's own. InvalidArgument: a line that is not understood, or a flow about which nothing is said.
absl::StatusOr<scenario::VariantResult> ResultOf(const scenario::Plan& plan, absl::string_view console);

}  // namespace kernel_reference

#endif  // WGSIM_TOOLS_KERNEL_REFERENCE_CONSOLE_H_
