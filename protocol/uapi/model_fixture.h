// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: a device behind the text protocol beside its oracle; every request goes to both.
#ifndef WGSIM_PROTOCOL_UAPI_MODEL_FIXTURE_H_
#define WGSIM_PROTOCOL_UAPI_MODEL_FIXTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "protocol/crypto/keys.h"
#include "protocol/uapi/naive_text_device.h"
#include "protocol/uapi/session.h"
#include "protocol/uapi/test_handler.h"
#include "protocol/uapi/text_get.h"

namespace wg::uapi {

class ModelledText {
 public:
  ModelledText()
      : own_({PublicDigits(0), PublicDigits(1)}),
        naive_({{PrivateDigits(0), own_[0]}, {PrivateDigits(1), own_[1]}}) {}

  // The lines that these bytes choose.
  void Request(absl::Span<const uint8_t> bytes) {
    const std::vector<std::string> lines = LinesOf(bytes, own_);
    said_ = absl::StrCat("set=1\n", absl::StrJoin(lines, "\n"), lines.empty() ? "\n" : "\n\n");
    answer_ = session_.Feed(said_);
    expected_ = absl::StrCat("errno=", naive_.Set(lines), "\n\n");
  }

  // What the two do not agree upon after the last request; empty: nothing.
  std::string Difference() {
    const std::string text = FormatGet(handler_.Get());
    const std::string expected = FormatGet(naive_.Get());
    if (answer_ == expected_ && text == expected) return "";
    return absl::StrCat("after\n", said_, "answered ", answer_, "not ", expected_, "is\n", text,
                        "not\n", expected);
  }

 private:
  static std::string PublicDigits(int number) {
    TestHandler handler;
    Session session(&handler);
    session.Feed(absl::StrCat("set=1\nprivate_key=", PrivateDigits(number), "\n\n"));
    return ToHex(handler.Get().public_key->bytes);
  }

  const std::vector<std::string> own_;
  NaiveTextDevice naive_;
  TestHandler handler_;
  Session session_{&handler_};
  std::string said_, answer_, expected_;
};

}  // namespace wg::uapi

#endif  // WGSIM_PROTOCOL_UAPI_MODEL_FIXTURE_H_
