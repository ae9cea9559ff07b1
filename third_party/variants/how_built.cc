// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Prints how it was built; for variants_test.
#include <cstdio>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BUILT_WITH_ASAN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define BUILT_WITH_ASAN
#endif

int main() {
#if defined(__clang__)
  std::fputs("clang", stdout);
#else
  std::fputs("gcc", stdout);
#endif
#if defined(BUILT_WITH_ASAN)
  std::fputs(" asan", stdout);
#endif
#if defined(__OPTIMIZE__)
  std::fputs(" optimised", stdout);
#endif
#if defined(NDEBUG)
  std::fputs(" ndebug", stdout);
#endif
  std::puts("");
  return 0;
}
