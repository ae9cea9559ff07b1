// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#ifndef WGSIM_SIM_BYTE_SINK_H_
#define WGSIM_SIM_BYTE_SINK_H_

#include "absl/strings/string_view.h"

namespace sim {

// Where the bytes of a file go. Errors are the sink's business.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void Write(absl::string_view bytes) = 0;
};

}  // namespace sim

#endif  // WGSIM_SIM_BYTE_SINK_H_
