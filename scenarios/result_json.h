// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A result as JSON: the canonical mapping of protocol buffers with the names of result.proto and
// every field written, zeros too. One deviation: 64-bit integers up to 2^53 are numbers and not
// texts (readers of the canonical mapping take both), so that `jq '.variants[0].bystanders.refused
// > 0'` means what it says. Equal results give equal bytes.
#ifndef WGSIM_SCENARIOS_RESULT_JSON_H_
#define WGSIM_SCENARIOS_RESULT_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "scenarios/result.pb.h"

namespace scenario {

// Indented by two, with a newline at the end. Knows messages, texts, booleans, doubles, 32- and 64-bit unsigned integers and
// maps by texts: what result.proto and baseline.proto are made of.
std::string ToJson(const google::protobuf::Message& message);

// What ToJson wrote, and any canonical JSON of a Result. Unknown fields are an error.
absl::StatusOr<Result> ResultFromJson(absl::string_view json);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_RESULT_JSON_H_
