// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever bytes a client sends: however they are cut the answers are the same, every answer ends with errno and an empty
// line, the device stays sound, and what it then says of itself is read back. The first byte chooses the cuts. And whatever
// lines they choose: device and oracle (naive_text_device.h) agree.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/match.h"
#include "protocol/check.h"
#include "protocol/device_state.h"
#include "protocol/uapi/model_fixture.h"
#include "protocol/uapi/session.h"
#include "protocol/uapi/test_handler.h"
#include "protocol/uapi/text_get.h"

namespace {

constexpr size_t kModelledLines = 64;
constexpr size_t kLinesOfARequest = 16;

std::string Answers(wg::uapi::TestHandler* handler, const std::string& bytes, size_t piece) {
  wg::uapi::Session session(handler);
  std::string answers;
  for (size_t at = 0; at < bytes.size() && !session.is_over(); at += piece) {
    answers += session.Feed(bytes.substr(at, piece));
  }
  return answers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  wg::uapi::TestHandler whole, pieces;
  const std::string answers = Answers(&whole, bytes, std::max<size_t>(bytes.size(), 1));
  CHECK(answers == Answers(&pieces, bytes, size_t{1} + data[0]));
  CHECK(answers.empty() || absl::EndsWith(answers, "\n\n"));
  CHECK(whole.device().state().allowed_ips.Validate().empty());
  const std::string text = wg::uapi::FormatGet(whole.Get());
  const auto read = wg::uapi::ParseGet(text);
  CHECK(read.ok());
  CHECK(wg::uapi::FormatGet(*read) == text);
  wg::uapi::ModelledText model;
  for (size_t at = 0; at < std::min(size, kModelledLines); at += kLinesOfARequest) {
    model.Request({data + at, std::min(size - at, kLinesOfARequest)});
  }
  const std::string difference = model.Difference();
  if (!difference.empty()) std::fputs(difference.c_str(), stderr);
  CHECK(difference.empty());
  return 0;
}
