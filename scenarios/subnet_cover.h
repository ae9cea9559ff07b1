// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The few prefixes that hold all addresses of one list and none of another: routes to the hosts of a
// switch, where one for each would be too many.
#ifndef WGSIM_SCENARIOS_SUBNET_COVER_H_
#define WGSIM_SCENARIOS_SUBNET_COVER_H_

#include <vector>

#include "protocol/ip.h"

namespace scenario {

// The fewest prefixes, in order of address. Both lists may be in any order and have doubles.
// REQUIRES: no address is in both.
std::vector<wg::Prefix> SubnetCover(std::vector<wg::IpAddress> inside,
                                    std::vector<wg::IpAddress> outside);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_SUBNET_COVER_H_
