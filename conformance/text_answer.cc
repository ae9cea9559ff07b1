// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/text_answer.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/uapi/text_get.h"

namespace conformance {

wg::Errno ErrnoOf(absl::string_view answer) {
  constexpr int kNoAnswer = 71;
  int number = kNoAnswer;
  for (absl::string_view line : absl::StrSplit(answer, '\n')) {
    if (absl::ConsumePrefix(&line, "errno=") && !absl::SimpleAtoi(line, &number))
      number = kNoAnswer;
  }
  return static_cast<wg::Errno>(number < 0 && number > -4096 ? -number : number);
}

absl::StatusOr<wg::GetDevice> DeviceOf(absl::string_view answer) {
  absl::StatusOr<wg::GetDevice> device =
      wg::uapi::ParseGet(answer.substr(0, answer.rfind("errno=")));
  if (!device.ok() || !device->private_key) return device;
  wg::PublicKey key;
  if (wg::RealCrypto().DerivePublic(*device->private_key, &key)) device->public_key = key;
  return device;
}

}  // namespace conformance
