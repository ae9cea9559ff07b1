// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What scripts about handshakes and sessions have in common, as steps of a script. Steps that
// return bool report nothing themselves unless they say so: the script says what it expects of
// them.
#ifndef WGSIM_CONFORMANCE_SESSION_STEPS_H_
#define WGSIM_CONFORMANCE_SESSION_STEPS_H_

#include <chrono>
#include <cstdint>
#include <vector>

#include "absl/types/optional.h"
#include "conformance/script.h"
#include "protocol/ip.h"
#include "protocol/wire_tester.h"

namespace conformance {

// Long enough for the next initiation not to be a flood on any implementation, and for all that is
// sent at once to arrive.
inline constexpr std::chrono::milliseconds kApart(60);

// The first datagram of this type that went to `to`; nullptr if there is none.
const wg::WireOut* FirstOfType(const std::vector<wg::WireOut>& out, uint8_t type,
                               const wg::Endpoint& to);

// A packet makes the target initiate, and the tester opens that. False: a finding.
bool Provoke(Script& s, wg::Tester& t);
// A datagram from the tester, and all that comes of it within kApart.
std::vector<wg::WireOut> ExchangeAndWait(Script& s, const wg::WireBytes& bytes,
                                         const wg::Tester& t);
// A session that the tester has initiated after kApart, and not confirmed. Not there is a finding.
absl::optional<wg::Tester::Session> Unconfirmed(Script& s, wg::Tester& t,
                                                uint32_t sender_index = 0x01020304);
// Whether a packet from the tester under this session comes out of the tunnel.
bool Arrives(Script& s, const wg::Tester& t, const wg::Tester::Session& session, uint64_t counter);
// Whether the target sends the next packet for the tester under this session, and with this counter
// if one is given.
bool SendsUnder(Script& s, const wg::Tester& t, const wg::Tester::Session& session,
                absl::optional<uint64_t> counter = absl::nullopt);

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_SESSION_STEPS_H_
