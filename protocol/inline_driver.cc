// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/inline_driver.h"

#include <cstddef>

namespace wg {

void InlineDriver::Settle(Now now, Effects* fx) {
  for (size_t i = 0; i < fx->work.size(); ++i) device_->Run(now, fx->work[i], fx);
  fx->work.clear();
}

}  // namespace wg
