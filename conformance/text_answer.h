// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What an implementation's answer in the cross-platform text protocol says.
#ifndef WGSIM_CONFORMANCE_TEXT_ANSWER_H_
#define WGSIM_CONFORMANCE_TEXT_ANSWER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protocol/config.h"
#include "protocol/errno.h"

namespace conformance {

// The number behind "errno=", whatever its sign; EPROTO's (71) if there is none.
wg::Errno ErrnoOf(absl::string_view answer);

// To get=1: the device, with the public key that belongs to its private key. InvalidArgument names
// the line.
absl::StatusOr<wg::GetDevice> DeviceOf(absl::string_view answer);

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_TEXT_ANSWER_H_
