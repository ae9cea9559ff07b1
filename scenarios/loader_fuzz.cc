// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever the text: a scenario or a list of complaints, each with words in it; never both, never
// neither.
#include <cstddef>
#include <cstdint>
#include <string>

#include "protocol/check.h"
#include "scenarios/loader_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  scenario::Files files;
  scenario::Diagnostics diagnostics;
  const auto loaded = scenario::LoadScenario(text, "x.textproto", {}, &files, &diagnostics);
  CHECK(loaded.has_value() == diagnostics.empty());
  for (const scenario::Diagnostic& d : diagnostics.Sorted()) {
    CHECK(!d.message.empty());
    CHECK(!d.where.file.empty());
  }
  return 0;
}
