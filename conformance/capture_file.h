// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The history of a failed assertion as a capture that Wireshark opens and decrypts.
#ifndef WGSIM_CONFORMANCE_CAPTURE_FILE_H_
#define WGSIM_CONFORMANCE_CAPTURE_FILE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "conformance/report.pb.h"
#include "sim/byte_sink.h"

namespace conformance {

// "sim_LINUX_6_16/NOISE_029_030_StampsAreComparedAsTwelveBytes.pcapng".
std::string CaptureName(absl::string_view target, const file::AssertionReport& assertion);

// Two interfaces: "wire" has the datagrams, in headers of their own, "host" the packets between the
// target's host and the tunnel. Times are since the assertion began. A packet's comment says what
// happened before it, and what was expected in vain after it. The testers' secrets are in it. An
// assertion without a history gives an empty capture.
void WriteCapture(const file::AssertionReport& assertion, sim::ByteSink* sink);

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_CAPTURE_FILE_H_
