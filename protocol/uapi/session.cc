// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/uapi/session.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "protocol/uapi/text_get.h"
#include "protocol/uapi/text_set.h"

namespace wg::uapi {
namespace {

constexpr absl::string_view kSet = "set=1\n";
constexpr absl::string_view kGet = "get=1\n";

std::string Status(IpcError error) {
  return absl::StrCat("errno=", static_cast<int>(error), "\n\n");
}

}  // namespace

std::string Session::Feed(absl::string_view bytes) {
  CHECK(!over_);
  buffer_.append(bytes.data(), bytes.size());
  std::string out;
  while (!over_ && AnswerOne(&out)) {
  }
  if (over_) buffer_.clear();
  return out;
}

bool Session::End(IpcError error, std::string* out) {
  if (error != IpcError::kNone) *out += Status(error);
  over_ = true;
  return true;
}

bool Session::AnswerOne(std::string* out) {
  const absl::string_view first = absl::string_view(buffer_).substr(0, kSet.size());
  const bool is_set = absl::StartsWith(kSet, first);
  // No operation: there is nothing to answer.
  if (!is_set && !absl::StartsWith(kGet, first)) return End(IpcError::kNone, out);
  if (first.size() < kSet.size()) return false;
  return is_set ? AnswerSet(out) : AnswerGet(out);
}

bool Session::AnswerGet(std::string* out) {
  if (buffer_.size() == kGet.size()) return false;
  if (buffer_[kGet.size()] != '\n') return End(IpcError::kInvalid, out);
  absl::StrAppend(out, FormatGet(handler_->Get()), Status(IpcError::kNone));
  buffer_.erase(0, kGet.size() + 1);
  return true;
}

bool Session::AnswerSet(std::string* out) {
  const absl::string_view have = buffer_;
  line_ = std::max(line_, kSet.size());
  while (true) {
    const size_t end = have.find('\n', line_);
    const absl::string_view before = have.substr(kSet.size(), line_ - kSet.size());
    // Whichever bound comes first, so that it does not matter how much is here already.
    if (std::min(end, have.size()) > std::min(line_ + kLongestLine, kLargestRequest)) {
      const IpcError error = kLargestRequest < line_ + kLongestLine ? IpcError::kIo : Set(before);
      return End(error == IpcError::kNone ? IpcError::kIo : error, out);
    }
    if (end == absl::string_view::npos) return false;
    if (end > line_) {
      line_ = end + 1;
      continue;
    }
    *out += Status(Set(before));
    buffer_.erase(0, end + 1);
    line_ = 0;
    return true;
  }
}

IpcError Session::Set(absl::string_view lines) {
  const size_t peers = FindPeers(lines);
  for (const absl::string_view part : {lines.substr(0, peers), lines.substr(peers)}) {
    const SetRequest request =
        ParseSet(part, [&](const PublicKey& key) { return handler_->HasPeer(key); });
    for (const SetDevice& device : request.devices) {
      if (const Errno error = handler_->Set(device); error != Errno::kOk) return IpcErrorOf(error);
    }
    if (request.error != IpcError::kNone) return request.error;
  }
  return IpcError::kNone;
}

}  // namespace wg::uapi
