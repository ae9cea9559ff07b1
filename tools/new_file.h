// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// NewFile: a file that appears whole or not at all. It is written beside its place and takes its name at the end. What is
// no regular file (a pipe, /dev/stdout) is written straight.
#ifndef WGSIM_TOOLS_NEW_FILE_H_
#define WGSIM_TOOLS_NEW_FILE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/byte_sink.h"

namespace tools {

class NewFile : public sim::ByteSink {
 public:
  static absl::StatusOr<std::unique_ptr<NewFile>> Create(const std::string& path);
  // Without Commit, nothing is left.
  ~NewFile() override;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  // An error is kept for Commit; what follows it is not written.
  void Write(absl::string_view bytes) override;

  // The file takes its name. The first error since Create, then nothing is left. To be called once, as the last thing.
  absl::Status Commit();

 private:
  static constexpr size_t kBuffer = size_t{1} << 18;

  NewFile(std::string path, std::string temporary, int fd);
  void Flush();

  const std::string path_;
  const std::string temporary_;  // empty: written straight
  int fd_;                       // -1: closed
  int error_ = 0;                // errno
  std::string buffer_;
};

}  // namespace tools

#endif  // WGSIM_TOOLS_NEW_FILE_H_
