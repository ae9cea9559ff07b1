// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The texts of scripts: what stands in braces is replaced.
//
//   {public_key:node1/wg0}  {private_key:node1/wg0}                     keys of interfaces
//   {public_key:NAME}       {private_key:NAME}       {preshared_key:NAME}  keys that belong to a name
//   {for i 1 40}...{end}    what is inside, for i = 1, 2, ... 40; {i} is the number, {i:x} the same in hexadecimal, and a name
//                           that ends in #i, as {public_key:peer#i}, is another for each
//
// A brace that begins none of these is an error.
#ifndef WGSIM_SCENARIOS_SCRIPT_TEXT_H_
#define WGSIM_SCENARIOS_SCRIPT_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace scenario {

// More than so many bytes are no command that anybody means.
inline constexpr size_t kMostScriptText = size_t{64} << 20;

// Finds a key: `kind` is "public_key", "private_key" or "preshared_key"; `whose` is what stands behind the colon. An error says what
// would be right.
using FindKey = absl::FunctionRef<absl::StatusOr<std::string>(absl::string_view kind, absl::string_view whose)>;

// The text with everything replaced. InvalidArgument names what is wrong and says what would be right.
absl::StatusOr<std::string> ExpandScript(absl::string_view text, FindKey find_key);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_SCRIPT_TEXT_H_
