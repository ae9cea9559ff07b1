// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Everything between push and pop is compiled for AVX2 whatever the rest of the program is compiled
// for.
#include "protocol/crypto/text_hash.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <cstdlib>
#include <cstring>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#define XXH_INLINE_ALL
#define XXH_VECTOR 2  // XXH_AVX2, which has no name before the header
#include <xxhash.h>

namespace wg::internal {

uint64_t TextHashAvx2(const uint8_t* text, size_t size) { return XXH3_64bits(text, size); }

}  // namespace wg::internal

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace wg::internal {

bool HasAvx2() { return __builtin_cpu_supports("avx2"); }

}  // namespace wg::internal

#else

namespace wg::internal {

uint64_t TextHashAvx2(const uint8_t* text, size_t size) { return TextHash(text, size); }

bool HasAvx2() { return false; }

}  // namespace wg::internal

#endif
