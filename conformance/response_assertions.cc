// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/response_assertions.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/endian.h"
#include "protocol/ip.h"
#include "protocol/messages.h"

namespace conformance {
namespace {

using std::chrono::seconds;
using wg::Tester;
using wg::WireBytes;
using wg::WireOut;

void BadResponses(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  Tester::Session session;
  const WireBytes good = t.MakeResponse({}, &session);
  for (const size_t size : {91, 93}) {
    WireBytes bytes = good;
    bytes.resize(size);
    t.SetMacs(&bytes);
    s.Check(absl::StrCat("a response of ", size, " bytes"), s.Exchange(bytes, t), "");
  }
  for (const size_t byte : {1, 2, 3, 8, 11, 12, 43, 44, 59}) {
    WireBytes bytes = good;
    bytes[byte] ^= 1;
    t.SetMacs(&bytes);
    s.Check(absl::StrCat("byte ", byte, " turned under good macs"), s.Exchange(bytes, t), "");
  }
  WireBytes bytes = good;
  bytes[60] ^= 1;
  s.Check("a wrong mac1", s.Exchange(bytes, t), "");
  s.CheckNumber("bytes received from the peer after all that", s.PeerOf(t).rx_bytes, 0);
  const std::vector<WireOut> out = s.Exchange(good, t);
  if (!s.Check("the same response as it should be", out, "4")) return;
  s.Check("what follows is under the session", t.Open(session, out[0].bytes).has_value());
}

void LowOrderResponses(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  for (const wg::PublicKey& point : wg::LowOrderPoints()) {
    s.Check(absl::StrCat("the ephemeral key ", wg::ToHex(point.bytes)),
            s.Exchange(t.MakeResponse({.ephemeral = point}, nullptr), t), "");
  }
  s.Check("a response with a good one", s.Exchange(t.MakeResponse({}, nullptr), t), "4");
}

wg::PresharedKey SomePsk() {
  wg::PresharedKey psk;
  psk.bytes.fill(0x21);
  return psk;
}

void PskOfResponses(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  t.psk = SomePsk();
  s.Check("a response under a preshared key that is not configured",
          s.Exchange(t.MakeResponse({}, nullptr), t), "");
  s.SetPeer({.public_key = t.public_key, .preshared_key = t.psk});
  Tester::Session session;
  s.Check("one under the key that is configured by now",
          s.Exchange(t.MakeResponse({}, &session), t), "4");
  s.SetPeer({.public_key = t.public_key, .preshared_key = wg::PresharedKey()});
  s.Check("the session sends on when the key is changed", SendsUnder(s, t, session));
  s.Check("and receives on", Arrives(s, t, session, 0));
}

void PskOfInitiations(Script& s) {
  Tester& t = s.AddTester();
  t.psk = SomePsk();
  const std::vector<WireOut> out = s.Exchange(t.MakeInitiation(s.now()), t);
  if (!s.Check("an initiation of one who has a preshared key that is not configured", out, "2"))
    return;
  s.Check("who cannot open the response", !t.ConsumeResponse(out[0].bytes).has_value());
  s.Pass(kApart);
  s.SetPeer({.public_key = t.public_key, .preshared_key = t.psk});
  s.SessionByTester(t);
  // All zero is none.
  s.SetPeer({.public_key = t.public_key, .preshared_key = wg::PresharedKey()});
  t.psk = wg::PresharedKey();
  s.Pass(kApart);
  s.SessionByTester(t);
}

void Confirmation(Script& s) {
  Tester& t = s.AddTester();
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 25});
  const std::vector<WireOut> initiation = s.Pass(kApart);
  if (!s.Check("a persistent keepalive is configured", initiation, "1")) return;
  if (!s.Check("the tester opens the initiation", t.ConsumeInitiation(initiation[0].bytes))) return;
  Tester::Session session;
  const std::vector<WireOut> out = ExchangeAndWait(s, t.MakeResponse({}, &session), t);
  if (!s.Check("the response is followed by one packet", out, "4")) return;
  s.CheckNumber("its length", out[0].bytes.size(), wg::kMessageMinimumLength);
  s.CheckNumber("its receiver index", wg::LoadLe32(out[0].bytes.data() + 4), session.index);
  s.CheckNumber("its counter", wg::LoadLe64(out[0].bytes.data() + 8), 0);
  s.Check("the tester opens it", t.Open(session, out[0].bytes).has_value());
}

void StagedPackets(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  s.Check("a second packet meanwhile", s.SendInner(t, 2), "");
  s.Check("a third", s.SendInner(t, 3), "");
  Tester::Session session;
  const std::vector<WireOut> out =
      ExchangeAndWait(s, t.MakeResponse({.sender_index = 0xcafe}, &session), t);
  if (!s.Check("the response is followed by all three", out, "444")) return;
  for (uint32_t i = 0; i < 3; ++i) {
    const WireBytes& bytes = out[i].bytes;
    s.CheckNumber("receiver index", wg::LoadLe32(bytes.data() + 4), 0xcafe);
    s.CheckNumber("counter", wg::LoadLe64(bytes.data() + 8), i);
    WireBytes plain = t.Open(session, bytes).value_or(WireBytes());
    plain.resize(t.InnerTo(1).size());
    s.Check("the packets are in order under the initiator's key", plain == t.InnerTo(i + 1));
  }
  s.Check("the tester's packets open under the responder's key", Arrives(s, t, session, 0));
  s.Check("the next packet has the next counter", SendsUnder(s, t, session, 3));
}

void LateResponses(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  const WireBytes late = t.MakeResponse({}, nullptr);
  const std::vector<WireOut> retry = s.Pass(seconds(6));
  if (!s.Check("the retry after 5 s", retry, "1")) return;
  s.Check("a response to the first initiation", s.Exchange(late, t), "");
  if (!s.Check("the tester opens the retry", t.ConsumeInitiation(retry[0].bytes))) return;
  Tester::Session session;
  const WireBytes good = t.MakeResponse({}, &session);
  s.Check("a response to the retry", s.Exchange(good, t), "4");
  s.Check("the same response again", s.Exchange(good, t), "");
  s.Check("the session goes on", SendsUnder(s, t, session, 1));
}

void CrossingInitiation(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  const WireBytes response = t.MakeResponse({}, nullptr);
  const absl::optional<Tester::Session> session = Unconfirmed(s, t);
  if (!session) return;
  s.Check("a response to the own initiation when it has answered another", s.Exchange(response, t),
          "");
  const std::vector<WireOut> out = s.Exchange(t.Keepalive(*session, 0), t);
  if (!s.Check("the packet that waited leaves under the answered one", out, "4")) return;
  s.Check("the tester opens it", t.Open(*session, out[0].bytes).has_value());
}

void ResponseFromElsewhere(Script& s) {
  Tester& t = s.AddTester();
  const wg::Endpoint second = *wg::Endpoint::Parse("203.0.113.7:4500");
  if (!Provoke(s, t)) return;
  const std::vector<WireOut> out = s.Exchange(t.MakeResponse({}, nullptr), second);
  if (!s.Check("a response from another address", out, "4")) return;
  s.Check("where the packet goes", out[0].remote.ToString(), second.ToString());
  s.Check("the endpoint that is shown", s.PeerOf(t).endpoint.ToString(), second.ToString());
}

}  // namespace

std::vector<Assertion> ResponseAssertions() {
  return {
      {"NOISE_004_005_048_049_050_BadResponsesLeaveTheHandshakeOpenForAGoodOne", &BadResponses},
      {"NOISE_042_AResponseUnderAZeroSecretIsRefusedAndAGoodOneStillWorks", &LowOrderResponses},
      {"NOISE_021_022_023_PresharedKeysCountWhenAResponseIsTaken", &PskOfResponses},
      {"NOISE_019_020_PresharedKeysDoNotMatterToInitiationsAndZeroIsNone", &PskOfInitiations},
      {"NOISE_044_045_WithNothingStagedTheConfirmationIsAKeepaliveWithCounterZero", &Confirmation},
      {"NOISE_046_066_067_068_069_StagedPacketsConfirmInOrderFromCounterZero", &StagedPackets},
      {"NOISE_047_051_ResponsesToWhatIsOverAreIgnored", &LateResponses},
      {"NOISE_052_AnsweringACrossingInitiationEndsTheOwn", &CrossingInitiation},
      {"NOISE_053_TheEndpointFollowsAResponse", &ResponseFromElsewhere},
  };
}

}  // namespace conformance
