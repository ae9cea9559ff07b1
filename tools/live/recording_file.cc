// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/recording_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

namespace live {
namespace {

constexpr char kBeginning[] = "wgsim recording 1\n";
constexpr int kVarintBits = 7;
constexpr int kVarintMore = 0x80;
constexpr mode_t kOwnerOnly = 0600;

absl::Status Failed(const std::string& path) {
  const std::string message = absl::StrCat(path, ": ", std::strerror(errno));
  return errno == EACCES || errno == EPERM ? absl::PermissionDeniedError(message)
                                           : absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RecordingWriter>> RecordingWriter::Create(const std::string& path) {
  Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly));
  // It may have been there before.
  if (!fd || fchmod(fd.get(), kOwnerOnly) != 0) return Failed(path);
  auto writer = absl::WrapUnique(new RecordingWriter(path, std::move(fd)));
  writer->WriteBytes(kBeginning);
  if (!writer->status().ok()) return writer->status();
  return writer;
}

void RecordingWriter::Write(const file::Entry& entry) {
  if (!status_.ok()) return;
  buffer_.clear();
  size_t size = entry.ByteSizeLong();
  for (; size >= kVarintMore; size >>= kVarintBits) {
    buffer_.push_back(static_cast<char>(size | kVarintMore));
  }
  buffer_.push_back(static_cast<char>(size));
  entry.AppendToString(&buffer_);
  WriteBytes(buffer_);
}

void RecordingWriter::WriteBytes(const std::string& bytes) {
  for (size_t written = 0; written < bytes.size();) {
    const ssize_t n = write(fd_.get(), bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      status_ = Failed(path_);
      return;
    }
    written += static_cast<size_t>(n);
  }
}

absl::Status RecordingReader::ReadBeginning() {
  std::string beginning(std::strlen(kBeginning), '\0');
  in_->read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  if (beginning == kBeginning) {
    position_ = beginning.size();
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "not a recording of wgsim live: it does not begin with \"wgsim recording 1\"");
}

RecordingReader::Got RecordingReader::Next(file::Entry* entry) {
  size_t size = 0;
  uint64_t read = 0;
  for (int shift = 0;; shift += kVarintBits) {
    const int byte = in_->get();
    if (byte == std::istream::traits_type::eof()) return read == 0 ? Got::kEnd : Got::kCut;
    ++read;
    size |= static_cast<size_t>(byte & (kVarintMore - 1)) << shift;
    if (size > kLongestEntry || shift > 4 * kVarintBits) return Got::kDamaged;
    if ((byte & kVarintMore) == 0) break;
  }
  // Grows as the file really has them, whatever the length says.
  constexpr size_t kPiece = size_t{1} << 20;
  buffer_.clear();
  while (buffer_.size() < size) {
    const size_t before = buffer_.size();
    buffer_.resize(std::min(size, before + kPiece));
    in_->read(buffer_.data() + before, static_cast<std::streamsize>(buffer_.size() - before));
    if (static_cast<size_t>(in_->gcount()) != buffer_.size() - before) return Got::kCut;
  }
  if (!entry->ParseFromString(buffer_)) return Got::kDamaged;
  position_ += read + size;
  return Got::kEntry;
}

}  // namespace live
