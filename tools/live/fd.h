// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Fd: a file descriptor that is closed by its owner's end.
#ifndef WGSIM_TOOLS_LIVE_FD_H_
#define WGSIM_TOOLS_LIVE_FD_H_

#include <unistd.h>

#include <utility>

namespace live {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }

  // -1: none.
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_FD_H_
