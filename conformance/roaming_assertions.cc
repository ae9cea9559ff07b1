// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/roaming_assertions.h"

#include <chrono>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/errno.h"
#include "protocol/ip.h"

namespace conformance {
namespace {

using std::chrono::seconds;
using wg::Endpoint;
using wg::Tester;
using wg::WireOut;

void CheckSendsTo(Script& s, absl::string_view what, const Tester& t, const Endpoint& where) {
  s.Check("the endpoint that is shown", s.PeerOf(t).endpoint.ToString(), where.ToString());
  const std::vector<WireOut> out = s.SendInner(t);
  if (s.Check(what, out, "4")) s.Check("where it goes", out[0].remote.ToString(), where.ToString());
}

void Families(Script& s) {
  Tester& t = s.AddTester();
  const Endpoint sixth = *Endpoint::Parse("[2001:db8::3]:4501");
  const Endpoint fourth = *Endpoint::Parse("203.0.113.7:4500");
  const absl::optional<Tester::Session> session = s.SessionByTester(t);
  if (!session) return;
  CheckSendsTo(s, "a packet to the address it was told", t, t.address);
  s.Check("a keepalive over IPv6", s.Exchange(t.Keepalive(*session, 1), sixth), "");
  CheckSendsTo(s, "the next packet", t, sixth);
  s.Check("a keepalive over IPv4", s.Exchange(t.Keepalive(*session, 2), fourth), "");
  CheckSendsTo(s, "the next packet", t, fourth);
}

// The port is taken, and is the one that is read back.
bool SetPort(Script& s, uint16_t port) {
  wg::SetDevice request;
  request.listen_port = port;
  return s.Check("the port is taken", s.Configure(request) == wg::Errno::kOk) &&
         s.CheckNumber("the port that is shown", s.target().Read().listen_port, port);
}

void OnePort(Script& s) {
  if (!SetPort(s, 41999)) return;
  for (const char* from : {"203.0.113.7:4500", "[2001:db8::3]:4501"}) {
    Tester& t = s.AddTester();
    const std::vector<WireOut> out = s.Exchange(t.MakeInitiation(s.now()), *Endpoint::Parse(from));
    if (!s.Check("an initiation to that port", out, "2")) return;
    s.Check("is answered by the same family", out[0].remote.ToString(), from);
  }
}

void NewPort(Script& s) {
  Tester& t = s.AddTester();
  if (!SetPort(s, 41999)) return;
  const absl::optional<Tester::Session> session = s.SessionByTester(t);
  if (!session) return;
  if (!SetPort(s, 42000)) return;
  CheckSendsTo(s, "a packet from another port", t, t.address);
  s.Check("data to the new port arrives", Arrives(s, t, *session, 1));
}

void CheckLeaves(Script& s, absl::string_view what, const std::vector<WireOut>& out,
                 absl::string_view types, const wg::IpAddress& from) {
  if (s.Check(what, out, types))
    s.Check("where it leaves from", out[0].local.ToString(), from.ToString());
}

void Answers(Script& s) {
  for (const bool is_v4 : {true, false}) {
    Tester& t = s.AddTester();
    const Endpoint from = is_v4 ? t.address : *Endpoint::Parse("[2001:db8::3]:4501");
    const std::vector<WireOut> out = s.ExchangeAtSecond(t.MakeInitiation(s.now()), from);
    CheckLeaves(s, "an initiation to the second address", out, "2", is_v4 ? kSecondV4 : kSecondV6);
    if (out.empty()) return;
    const absl::optional<Tester::Session> session = t.ConsumeResponse(out[0].bytes);
    if (!s.Check("the tester opens the response", session.has_value())) return;
    s.ExchangeAtSecond(t.Keepalive(*session, 0), from);
    CheckLeaves(s, "a packet later", s.SendInner(t), "4", is_v4 ? kSecondV4 : kSecondV6);
    s.Exchange(t.Keepalive(*session, 1), from);
    CheckLeaves(s, "a packet after a keepalive to the first address", s.SendInner(t), "4",
                is_v4 ? kFirstV4 : kFirstV6);
  }
}

void SourceThatGoes(Script& s) {
  Tester& t = s.AddTester();
  const absl::optional<Tester::Session> session = s.SessionByTester(t);
  if (!session) return;
  s.ExchangeAtSecond(t.Keepalive(*session, 1), t.address);
  CheckLeaves(s, "a packet after a keepalive to the second address", s.SendInner(t), "4",
              kSecondV4);
  if (!s.target().RemoveSecond()) return;
  CheckLeaves(s, "a packet when this address is gone", s.SendInner(t), "4", kFirstV4);
}

void SourceAndConfiguration(Script& s) {
  Tester& t = s.AddTester();
  const absl::optional<Tester::Session> session = s.SessionByTester(t);
  if (!session) return;
  s.ExchangeAtSecond(t.Keepalive(*session, 1), t.address);
  CheckLeaves(s, "a packet after a keepalive to the second address", s.SendInner(t), "4",
              kSecondV4);
  s.SetPeer({.public_key = t.public_key, .endpoint = t.address});
  CheckLeaves(s, "a packet when the same endpoint is configured", s.SendInner(t), "4", kFirstV4);
}

void SourceAndRetries(Script& s) {
  Tester& t = s.AddTester();
  CheckLeaves(s, "an initiation to the second address",
              s.ExchangeAtSecond(t.MakeInitiation(s.now()), t.address), "2", kSecondV4);
  s.Pass(seconds(6));
  CheckLeaves(s, "the own initiation", s.SendInner(t), "1", kSecondV4);
  CheckLeaves(s, "the retry after 5 s", s.Pass(seconds(6)), "1", kFirstV4);
}

void NoRoute(Script& s) {
  Tester& t = s.AddTester();
  const absl::optional<Tester::Session> session = s.SessionByTester(t);
  if (!session) return;
  s.SetPeer({.public_key = t.public_key, .endpoint = Endpoint{kUnreachable, 4500, 0}});
  s.Inner();
  s.Check("a packet for a peer to which there is no route", s.SendInner(t), "");
  s.Check("nobody inside is told", s.Inner().empty());
  s.SetPeer({.public_key = t.public_key, .endpoint = t.address});
  s.Check("a packet when there is one", SendsUnder(s, t, *session));
}

void LinkLocal(Script& s) {
  Tester& t = s.AddTester();
  const Endpoint from = *Endpoint::Parse("[fe80::5]:4500");
  std::vector<WireOut> out = s.Exchange(t.MakeInitiation(s.now()), from);
  if (!s.Check("an initiation from an address of the link", out, "2")) return;
  s.Check("where the response goes", out[0].remote.ToString(), from.ToString());
  const absl::optional<Tester::Session> session = t.ConsumeResponse(out[0].bytes);
  if (!s.Check("the tester opens it", session.has_value())) return;
  s.Exchange(t.Keepalive(*session, 0), from);
  out = s.SendInner(t);
  if (!s.Check("a packet later", out, "4")) return;
  s.Check("where it goes", out[0].remote.ToString(), from.ToString());
}

}  // namespace

std::vector<Assertion> RoamingAssertions() {
  return {
      {"SOCK_015_AnEndpointMayRoamFromOneFamilyToTheOtherAndBack", &Families},
      {"SOCK_001_OnePortForBothFamilies", &OnePort},
      {"SOCK_002_AnswersLeaveFromTheAddressThatWasWrittenTo", &Answers},
      {"SOCK_003_ASourceThatIsGoneIsReplaced", &SourceThatGoes},
      {"SOCK_007_ConfiguringAnEndpointForgetsTheSource", &SourceAndConfiguration},
      {"SOCK_008_RetriesForgetTheSource", &SourceAndRetries, true},
      {"SOCK_012_WithoutARouteAPacketIsLostInSilence", &NoRoute},
      {"SOCK_014_ALinkLocalEndpointKeepsItsScope", &LinkLocal},
      {"SOCK_009_ANewPortKeepsSessionsAndEndpoints", &NewPort},
  };
}

}  // namespace conformance
