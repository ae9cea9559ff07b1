// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// How many packets wait in a device for sessions, in the staged queues of all peers together. At once, however many peers
// there are: a meter may ask often (Device::census counts everything).
#ifndef WGSIM_PROTOCOL_STAGED_COUNT_H_
#define WGSIM_PROTOCOL_STAGED_COUNT_H_

#include <cstdint>

#include "protocol/device.h"

namespace wg {

uint64_t StagedCount(const Device& device);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_STAGED_COUNT_H_
