// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The answer to get=1 of the cross-platform text protocol (spec/data 3.5), as text and back.
//
// Requirements: WG8-023.
#ifndef WGSIM_PROTOCOL_UAPI_TEXT_GET_H_
#define WGSIM_PROTOCOL_UAPI_TEXT_GET_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protocol/config.h"

namespace wg::uapi {

// The lines that say what the device is, without errno and the empty line.
std::string FormatGet(const GetDevice& device);

// From such lines. The device's public key is not among them: it is for whoever has the ciphers to derive it.
// InvalidArgument names the line.
absl::StatusOr<GetDevice> ParseGet(absl::string_view text);

}  // namespace wg::uapi

#endif  // WGSIM_PROTOCOL_UAPI_TEXT_GET_H_
