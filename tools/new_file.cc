// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tools {
namespace {

absl::Status CannotWrite(const std::string& path, int error) {
  return absl::UnavailableError(
      absl::StrCat(path, " cannot be written: ", std::strerror(error)));
}

bool IsRegularOrNew(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

int WriteAll(int fd, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<NewFile>> NewFile::Create(const std::string& path) {
  std::string temporary;
  int fd;
  if (IsRegularOrNew(path)) {
    temporary = absl::StrCat(path, ".XXXXXX");
    fd = mkostemp(temporary.data(), O_CLOEXEC);
  } else {
    fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  }
  if (fd < 0) return CannotWrite(path, errno);
  return std::unique_ptr<NewFile>(new NewFile(path, std::move(temporary), fd));
}

NewFile::NewFile(std::string path, std::string temporary, int fd)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd) {}

NewFile::~NewFile() {
  if (fd_ < 0) return;
  close(fd_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void NewFile::Write(absl::string_view bytes) {
  buffer_.append(bytes.data(), bytes.size());
  if (buffer_.size() >= kBuffer) Flush();
}

void NewFile::Flush() {
  if (error_ == 0) error_ = WriteAll(fd_, buffer_);
  buffer_.clear();
}

absl::Status NewFile::Commit() {
  Flush();
  if (error_ == 0 && !temporary_.empty()) {
    const mode_t mask = umask(0);
    umask(mask);
    if (fchmod(fd_, 0666 & ~mask) != 0) error_ = errno;
  }
  if (close(std::exchange(fd_, -1)) != 0 && error_ == 0) error_ = errno;
  if (temporary_.empty()) return error_ == 0 ? absl::OkStatus() : CannotWrite(path_, error_);
  if (error_ == 0 && std::rename(temporary_.c_str(), path_.c_str()) != 0) error_ = errno;
  if (error_ == 0) return absl::OkStatus();
  unlink(temporary_.c_str());
  return CannotWrite(path_, error_);
}

}  // namespace tools
