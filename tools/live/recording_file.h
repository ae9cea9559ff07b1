// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The file of a recording (recording.proto), written and read entry by entry.
#ifndef WGSIM_TOOLS_LIVE_RECORDING_FILE_H_
#define WGSIM_TOOLS_LIVE_RECORDING_FILE_H_

#include <cstdint>
#include <istream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/live/fd.h"
#include "tools/live/recording.pb.h"

namespace live {

class RecordingWriter {
 public:
  // Makes the file, or empties it. It has the keys of the interface in it: only its owner may read it.
  static absl::StatusOr<std::unique_ptr<RecordingWriter>> Create(const std::string& path);

  // At once: a program that dies of what comes next leaves it behind. After an error, which is kept, nothing more is written.
  void Write(const file::Entry& entry);
  // The first error.
  const absl::Status& status() const { return status_; }

 private:
  RecordingWriter(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  void WriteBytes(const std::string& bytes);

  const std::string path_;
  const Fd fd_;
  std::string buffer_;
  absl::Status status_;
};

class RecordingReader {
 public:
  // An entry has no more bytes.
  static constexpr size_t kLongestEntry = size_t{256} << 20;

  // `in` outlives the reader.
  explicit RecordingReader(std::istream* in) : in_(in) {}

  // InvalidArgument: it is no recording, or one of another version.
  absl::Status ReadBeginning();

  enum class Got {
    kEntry,
    kEnd,  // behind a whole entry
    kCut,  // in the middle of one: whoever wrote it was killed
    kDamaged,
  };
  Got Next(file::Entry* entry);
  // Bytes of whole entries read so far.
  uint64_t position() const { return position_; }

 private:
  std::istream* const in_;
  uint64_t position_ = 0;
  std::string buffer_;
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_RECORDING_FILE_H_
