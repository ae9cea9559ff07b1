// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Commands of ip(8), as far as scripts have them: addresses, routes, links, namespaces (script.proto says which).
#ifndef WGSIM_SCENARIOS_IP_COMMAND_H_
#define WGSIM_SCENARIOS_IP_COMMAND_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scenarios/plan_script.h"

namespace scenario {

// "addr add 10.0.0.1/24 dev eth0". A leading "ip" is read over; address, a and addr are the same, so are route and r, link and l.
// InvalidArgument says what is wrong and what would be right.
absl::StatusOr<plan::IpChange> ParseIpCommand(absl::string_view text);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_IP_COMMAND_H_
