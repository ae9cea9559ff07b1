// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/crypto/text_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace wg::internal {

uint64_t TextHash(const uint8_t* text, size_t size) { return XXH3_64bits(text, size); }

}  // namespace wg::internal
