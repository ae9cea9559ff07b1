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
  if (!over_ && buffer_.size() > kLargestRequest) {
    out += Status(IpcError::kInvalid);
    over_ = true;
  }
  if (over_) buffer_.clear();
  return out;
}

bool Session::AnswerOne(std::string* out) {
  const absl::string_view have = buffer_;
  const absl::string_view first = have.substr(0, kSet.size());
  if (!absl::StartsWith(kSet, first) && !absl::StartsWith(kGet, first)) {
    over_ = true;  // no operation: there is nothing to answer
    return true;
  }
  if (have.size() <= kSet.size()) return false;
  if (first == kGet) {
    if (have[kGet.size()] != '\n') {
      *out += Status(IpcError::kProtocol);
      over_ = true;
      return true;
    }
    absl::StrAppend(out, FormatGet(handler_->Get()), Status(IpcError::kNone));
    buffer_.erase(0, kGet.size() + 1);
    return true;
  }
  // The empty line may be the first after "set=1": one newline is before it in any case.
  const size_t empty = have.find("\n\n", std::max(searched_, kSet.size() - 1));
  if (empty == absl::string_view::npos) {
    searched_ = have.size() - 1;
    return false;
  }
  *out += Status(empty < kSet.size() ? IpcError::kNone
                                     : Set(have.substr(kSet.size(), empty + 1 - kSet.size())));
  buffer_.erase(0, empty + 2);
  searched_ = 0;
  return true;
}

IpcError Session::Set(absl::string_view lines) {
  const SetRequest request =
      ParseSet(lines, [&](const PublicKey& key) { return handler_->HasPeer(key); });
  for (const SetDevice& device : request.devices) {
    if (const Errno error = handler_->Set(device); error != Errno::kOk) return IpcErrorOf(error);
  }
  return request.error;
}

}  // namespace wg::uapi
