// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// DiskFiles: FileReader on the file system. What comes with wgsim lies below a root (a checkout, a test's runfiles).
#ifndef WGSIM_SCENARIOS_DISK_FILES_H_
#define WGSIM_SCENARIOS_DISK_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scenarios/file_reader.h"

namespace scenario {

class DiskFiles : public FileReader {
 public:
  explicit DiskFiles(std::string root = ".") : root_(std::move(root)) {}

  // NotFound names the path.
  absl::StatusOr<std::string> Read(const std::string& path) override;
  absl::StatusOr<std::string> ReadShipped(const std::string& path) override;
  // scenarios/*.textproto and cost_models/*.textproto below the root, relative to it.
  std::vector<std::string> ShippedPaths() override;

 private:
  const std::string root_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_DISK_FILES_H_
