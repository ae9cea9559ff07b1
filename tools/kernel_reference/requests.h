// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What configures the interfaces of a scenario's variant on a real kernel, as lines for the guest's netlink client
// (guest/request.h). Keys are not those of a simulation, but the same in every run.
#ifndef WGSIM_TOOLS_KERNEL_REFERENCE_REQUESTS_H_
#define WGSIM_TOOLS_KERNEL_REFERENCE_REQUESTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "protocol/config.h"
#include "scenarios/plan.h"
#include "sim/time.h"

namespace kernel_reference {

// A request as a line, without its end.
std::string RequestText(const std::string& interface, const wg::SetDevice& request);

// What an interface begins with.
std::string InitialRequest(const scenario::Plan& plan, int device);

struct TimedRequest {
  sim::Duration at;
  int device;          // whose
  int reconfiguration;  // number of the change it belongs to
  std::string text;
};

// Of all single changes, in the order of time: what each host's manager sends. InvalidArgument: a manager that does not
// answer a change at once, or a message that the guest's client would cut otherwise.
absl::StatusOr<std::vector<TimedRequest>> RequestsOf(const scenario::Plan& plan);

}  // namespace kernel_reference

#endif  // WGSIM_TOOLS_KERNEL_REFERENCE_REQUESTS_H_
