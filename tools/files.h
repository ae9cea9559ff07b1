// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Files of a command: reading, what comes with wgsim, and writing all or nothing.
#ifndef WGSIM_TOOLS_FILES_H_
#define WGSIM_TOOLS_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scenarios/file_reader.h"

namespace tools {

// Disk for the user's files, the program itself for those that come with it.
class Files : public scenario::FileReader {
 public:
  // Files larger than this are not read.
  static constexpr size_t kLargest = size_t{64} << 20;

  absl::StatusOr<std::string> Read(const std::string& path) override;
  absl::StatusOr<std::string> ReadShipped(const std::string& path) override;
  std::vector<std::string> ShippedPaths() override;
};

// Whether `path` can be written, found out without writing: for before a long run.
absl::Status CheckWritable(const std::string& path);

// Writes a file whole or not at all (new_file.h).
absl::Status WriteFile(const std::string& path, absl::string_view text);

}  // namespace tools

#endif  // WGSIM_TOOLS_FILES_H_
