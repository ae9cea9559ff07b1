// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// CHECK: a programmer's error ends the program, in every build. It is not for bad input (that is an absl::Status)
// and not for packets (a dropped packet is a result).
//
//   CHECK(ready);                      // one condition per CHECK
//   CHECK_LE(offset, capacity);        // reads better in the message
#ifndef WGSIM_PROTOCOL_CHECK_H_
#define WGSIM_PROTOCOL_CHECK_H_

#include <cstdio>
#include <cstdlib>

namespace wg::internal {

[[noreturn]] inline void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace wg::internal

#define CHECK(condition)                                                \
  do {                                                                  \
    if (__builtin_expect(!(condition), 0)) {                            \
      ::wg::internal::CheckFailed(__FILE__, __LINE__, #condition);      \
    }                                                                   \
  } while (false)

#define CHECK_EQ(a, b) CHECK((a) == (b))
#define CHECK_NE(a, b) CHECK((a) != (b))
#define CHECK_LT(a, b) CHECK((a) < (b))
#define CHECK_LE(a, b) CHECK((a) <= (b))
#define CHECK_GT(a, b) CHECK((a) > (b))
#define CHECK_GE(a, b) CHECK((a) >= (b))

#endif  // WGSIM_PROTOCOL_CHECK_H_
