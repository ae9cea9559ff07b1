// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Loads and stores of fixed-width integers at any address, byte order spelled out. The wire of
// WireGuard is little-endian except the TAI64N stamp and the port inside a cookie's input, which
// are big-endian.
#ifndef WGSIM_PROTOCOL_ENDIAN_H_
#define WGSIM_PROTOCOL_ENDIAN_H_

#include <bit>
#include <cstdint>
#include <cstring>

namespace wg {

inline uint16_t LoadBe16(const uint8_t* from) {
  return static_cast<uint16_t>(from[0] << 8 | from[1]);
}

inline void StoreBe16(uint8_t* to, uint16_t value) {
  to[0] = static_cast<uint8_t>(value >> 8);
  to[1] = static_cast<uint8_t>(value);
}

inline uint16_t LoadLe16(const uint8_t* from) {
  return static_cast<uint16_t>(from[0] | from[1] << 8);
}

inline void StoreLe16(uint8_t* to, uint16_t value) {
  to[0] = static_cast<uint8_t>(value);
  to[1] = static_cast<uint8_t>(value >> 8);
}

inline uint32_t LoadLe32(const uint8_t* from) {
  uint32_t value;
  std::memcpy(&value, from, sizeof(value));
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap32(value);
  return value;
}

inline void StoreLe32(uint8_t* to, uint32_t value) {
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap32(value);
  std::memcpy(to, &value, sizeof(value));
}

inline uint64_t LoadLe64(const uint8_t* from) {
  uint64_t value;
  std::memcpy(&value, from, sizeof(value));
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  return value;
}

inline void StoreLe64(uint8_t* to, uint64_t value) {
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  std::memcpy(to, &value, sizeof(value));
}

inline uint32_t LoadBe32(const uint8_t* from) { return __builtin_bswap32(LoadLe32(from)); }

inline void StoreBe32(uint8_t* to, uint32_t value) { StoreLe32(to, __builtin_bswap32(value)); }

inline uint64_t LoadBe64(const uint8_t* from) { return __builtin_bswap64(LoadLe64(from)); }

inline void StoreBe64(uint8_t* to, uint64_t value) { StoreLe64(to, __builtin_bswap64(value)); }

}  // namespace wg

#endif  // WGSIM_PROTOCOL_ENDIAN_H_
