// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever lines an adapter answers, each in its turn and the last one for ever: the target goes on
// or has a fault, and time passes.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "conformance/adapter_target.h"
#include "conformance/target.h"
#include "protocol/check.h"
#include "protocol/time.h"
#include "protocol/wire_tester.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (lines.empty()) lines.emplace_back();
  size_t asked = 0;
  conformance::AdapterTarget target("fuzz", [&](const std::string&) {
    return lines[asked < lines.size() ? asked++ : lines.size() - 1];
  });
  const wg::BootTime end = target.now().boot + std::chrono::seconds(1);
  target.SetUp(true);
  target.Deliver({1, 2, 3}, {conformance::kSecondV4, 7, 0}, 0);
  target.SendInner({0x45});
  target.PutUnderLoad();
  target.Pass(std::chrono::seconds(1));
  target.Read();
  CHECK(target.now().boot == end);
  for (const wg::WireOut& out : target.TakeDatagrams()) CHECK(out.local);
  return 0;
}
