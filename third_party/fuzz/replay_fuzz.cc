// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The smallest fuzzer: shows the form, and proves that the macro works in every configuration.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  uint64_t sum = 0;
  for (size_t i = 0; i < size; ++i) sum += data[i];
  if (sum > size * UINT8_MAX) std::abort();
  return 0;
}
