// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of describe.h: how lists of names and numbers of things are said.
#ifndef WGSIM_SCENARIOS_DESCRIBE_NAMES_H_
#define WGSIM_SCENARIOS_DESCRIBE_NAMES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace scenario {

// "node0 to node2 and far": names that differ in a number at the end are drawn together; of many
// the first and how many more.
std::string Names(const std::vector<std::string>& names);

// "1 pod", "1,000 pods". `many`: if it is not `one` with an s.
std::string Counted(size_t count, absl::string_view one, absl::string_view many = "");

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_DESCRIBE_NAMES_H_
