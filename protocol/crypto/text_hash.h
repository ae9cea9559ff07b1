// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// XXH3's 64 bits over the text of a packet, in two builds of the same function: for every machine,
// and with the wider vectors of AVX2. They give the same number; the modelled suite takes the
// faster that the CPU has.
#ifndef WGSIM_PROTOCOL_CRYPTO_TEXT_HASH_H_
#define WGSIM_PROTOCOL_CRYPTO_TEXT_HASH_H_

#include <cstddef>
#include <cstdint>

namespace wg::internal {

uint64_t TextHash(const uint8_t* text, size_t size);

// REQUIRES: HasAvx2().
uint64_t TextHashAvx2(const uint8_t* text, size_t size);

bool HasAvx2();

}  // namespace wg::internal

#endif  // WGSIM_PROTOCOL_CRYPTO_TEXT_HASH_H_
