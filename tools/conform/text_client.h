// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The other end of the cross-platform text protocol.
#ifndef WGSIM_TOOLS_CONFORM_TEXT_CLIENT_H_
#define WGSIM_TOOLS_CONFORM_TEXT_CLIENT_H_

#include <string>

#include "absl/status/statusor.h"

namespace conformance {

// Connects to the UNIX socket `path`, sends a request and returns the answer up to and with its
// empty line, or what came before the socket was closed. NotFound: nobody listens.
// DeadlineExceeded: no answer within 10 s.
absl::StatusOr<std::string> AskByText(const std::string& path, const std::string& request);

}  // namespace conformance

#endif  // WGSIM_TOOLS_CONFORM_TEXT_CLIENT_H_
