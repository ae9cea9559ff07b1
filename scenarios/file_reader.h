// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// FileReader: where the files come from that a scenario or a price list names. Injected, so that
// loading is a pure function.
#ifndef WGSIM_SCENARIOS_FILE_READER_H_
#define WGSIM_SCENARIOS_FILE_READER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace scenario {

class FileReader {
 public:
  virtual ~FileReader() = default;
  // The text of a file of the user's.
  virtual absl::StatusOr<std::string> Read(const std::string& path) = 0;
  // The text of a file that comes with wgsim ("cost_models/unit.textproto"); NotFound if there is
  // none.
  virtual absl::StatusOr<std::string> ReadShipped(const std::string& path) = 0;
  // Paths of all files that come with wgsim, sorted.
  virtual std::vector<std::string> ShippedPaths() = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FILE_READER_H_
