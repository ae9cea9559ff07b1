// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever the file: an error with its place, or a request; a device that was configured with it and printed as a file
// again is configured the same by that.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "protocol/check.h"
#include "protocol/uapi/test_handler.h"
#include "protocol/wg8/commands.h"
#include "protocol/wg8/config_file.h"
#include "protocol/wg8/show.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = wg::wg8::ParseConfigFile(text, "wg0.conf");
  if (!file.ok()) {
    CHECK(absl::StartsWith(file.status().message(), "wg0.conf:"));
    return 0;
  }
  wg::uapi::TestHandler first, second;
  CHECK(first.Set(wg::wg8::SetconfRequest(*file)) == wg::Errno::kOk);
  const auto printed = wg::wg8::ParseConfigFile(wg::wg8::ShowConf(first.Get()), "printed");
  CHECK(printed.ok());
  CHECK(second.Set(wg::wg8::SetconfRequest(*printed)) == wg::Errno::kOk);
  CHECK(wg::wg8::ShowDump(first.Get()) == wg::wg8::ShowDump(second.Get()));
  // A device in step is changed by nothing.
  CHECK(second.Set(wg::wg8::SyncconfRequest(*printed, second.Get())) == wg::Errno::kOk);
  CHECK(wg::wg8::ShowDump(first.Get()) == wg::wg8::ShowDump(second.Get()));
  return 0;
}
