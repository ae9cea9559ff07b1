// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/new_file.h"
#include "tools/shipped_files.h"

namespace tools {
namespace {

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status Failed(const std::string& path, absl::string_view what, int error) {
  const std::string message = absl::StrCat(path, " ", what, ": ", std::strerror(error));
  return error == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::string> Files::Read(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Failed(path, "cannot be read", errno);
  std::string text;
  char block[1 << 16];
  ssize_t size;
  while ((size = read(fd, block, sizeof(block))) > 0 && text.size() <= kLargest) {
    text.append(block, static_cast<size_t>(size));
  }
  const int error = errno;
  close(fd);
  if (size < 0) return Failed(path, "cannot be read", error);
  if (text.size() > kLargest)
    return absl::InvalidArgumentError(absl::StrCat(path, " is larger than 64 MiB"));
  return text;
}

absl::StatusOr<std::string> Files::ReadShipped(const std::string& path) {
  for (const ShippedFile& file : ShippedFiles()) {
    if (file.path == path) return std::string(file.text);
  }
  return absl::NotFoundError(absl::StrCat("no ", path, " comes with wgsim"));
}

std::vector<std::string> Files::ShippedPaths() {
  std::vector<std::string> paths;
  for (const ShippedFile& file : ShippedFiles()) paths.emplace_back(file.path);
  return paths;
}

absl::Status CheckWritable(const std::string& path) {
  struct stat status;
  if (path.empty()) return absl::InvalidArgumentError("the name of a file is empty");
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return Failed(path, "cannot be written", EISDIR);
    if (!S_ISREG(status.st_mode)) {
      return access(path.c_str(), W_OK) == 0 ? absl::OkStatus()
                                             : Failed(path, "cannot be written", errno);
    }
  } else if (errno != ENOENT) {
    return Failed(path, "cannot be written", errno);
  }
  if (access(FolderOf(path).c_str(), W_OK | X_OK) != 0)
    return Failed(path, "cannot be written", errno);
  return absl::OkStatus();
}

absl::Status WriteFile(const std::string& path, absl::string_view text) {
  absl::StatusOr<std::unique_ptr<NewFile>> file = NewFile::Create(path);
  if (!file.ok()) return file.status();
  (*file)->Write(text);
  return (*file)->Commit();
}

}  // namespace tools
