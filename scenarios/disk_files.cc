// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/disk_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace scenario {

absl::StatusOr<std::string> DiskFiles::Read(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::NotFoundError(absl::StrCat(path, " is a directory"));
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

absl::StatusOr<std::string> DiskFiles::ReadShipped(const std::string& path) {
  return Read((std::filesystem::path(root_) / path).string());
}

std::vector<std::string> DiskFiles::ShippedPaths() {
  std::vector<std::string> paths;
  for (const char* folder : {"scenarios", "cost_models"}) {
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(root_) / folder, error)) {
      if (entry.path().extension() != ".textproto") continue;
      paths.push_back(absl::StrCat(folder, "/", entry.path().filename().string()));
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace scenario
