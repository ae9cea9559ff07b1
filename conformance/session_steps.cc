// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/session_steps.h"

#include <algorithm>
#include <utility>

#include "protocol/endian.h"
#include "protocol/tai64n.h"

namespace conformance {

using wg::Tester;
using wg::WireBytes;
using wg::WireOut;

const WireOut* FirstOfType(const std::vector<WireOut>& out, uint8_t type, const wg::Endpoint& to) {
  const auto it = std::find_if(out.begin(), out.end(), [&](const WireOut& one) {
    return one.bytes[0] == type && one.remote == to;
  });
  return it == out.end() ? nullptr : &*it;
}

bool Provoke(Script& s, Tester& t) {
  const std::vector<WireOut> out = s.SendInner(t);
  return s.Check("a packet for a peer without a session", out, "1") &&
         s.Check("the tester opens the initiation", t.ConsumeInitiation(out[0].bytes));
}

std::vector<WireOut> ExchangeAndWait(Script& s, const WireBytes& bytes, const Tester& t) {
  std::vector<WireOut> out = s.Exchange(bytes, t);
  for (WireOut& more : s.Pass(kApart)) out.push_back(std::move(more));
  return out;
}

absl::optional<Tester::Session> Unconfirmed(Script& s, Tester& t, uint32_t sender_index) {
  s.Pass(kApart);
  const std::vector<WireOut> out =
      s.Exchange(t.MakeInitiation(wg::Tai64nNow(s.now().wall), {.sender_index = sender_index}), t);
  if (!s.Check("a valid initiation", out, "2")) return absl::nullopt;
  const absl::optional<Tester::Session> session = t.ConsumeResponse(out[0].bytes);
  s.Check("the tester opens the response", session.has_value());
  return session;
}

bool Arrives(Script& s, const Tester& t, const Tester::Session& session, uint64_t counter) {
  const WireBytes packet = t.InnerFrom(static_cast<uint32_t>(counter));
  s.Inner();
  s.Exchange(t.Data(session, counter, packet), t);
  const std::vector<WireBytes> inner = s.Inner();
  return std::find(inner.begin(), inner.end(), packet) != inner.end();
}

bool SendsUnder(Script& s, const Tester& t, const Tester::Session& session,
                absl::optional<uint64_t> counter) {
  for (const WireOut& out : s.SendInner(t)) {
    if (t.Open(session, out.bytes).value_or(WireBytes()).empty()) continue;
    return !counter || wg::LoadLe64(out.bytes.data() + 8) == *counter;
  }
  return false;
}

}  // namespace conformance
