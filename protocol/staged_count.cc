// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/staged_count.h"

#include "protocol/device_state.h"

namespace wg {

uint64_t StagedCount(const Device& device) { return device.state().staged; }

}  // namespace wg
