// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/inline_driver.h"

#include <cstddef>

namespace wg {

void InlineDriver::Settle(Now now, Effects* fx) {
  for (size_t i = 0; i < fx->work.size(); ++i) {
    const Work work = fx->work[i];  // a copy: Run appends to the vector
    device_->Run(now, work, fx);
  }
  fx->work.clear();
}

}  // namespace wg
