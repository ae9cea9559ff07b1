// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// --set PATH=VALUE: changes one field of a message by reflection.
//
//   duration=10s                       a field
//   links[0].rate=100Mbit/s            an element by number
//   hosts.node.cores=4                 an element by its name (of what has a name or a host)
//   flows[*].ip_recverr=true           every element
//   flows.stream.stream.rate=1000/s    and deeper
//   watch=10.0.0.1                     a repeated text or number: one more
//
// Texts need no quotes. A field of an absent message makes the message.
#ifndef WGSIM_SCENARIOS_OVERRIDE_H_
#define WGSIM_SCENARIOS_OVERRIDE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace scenario {

// Applies `assignment` to `message`. Returns the paths that it changed, written with numbers
// ("hosts[0].cores"). On an error, which says what is wrong and what would be right, nothing was
// changed.
absl::StatusOr<std::vector<std::string>> ApplyOverride(absl::string_view assignment,
                                                       google::protobuf::Message* message);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_OVERRIDE_H_
