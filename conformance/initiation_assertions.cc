// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/initiation_assertions.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/endian.h"
#include "protocol/messages.h"
#include "protocol/tai64n.h"

namespace conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using wg::Mac16;
using wg::Tai64n;
using wg::Tai64nNow;
using wg::Tester;
using wg::WireBytes;
using wg::WireOut;

// Long enough for the next initiation not to be a flood on any implementation.
constexpr milliseconds kApart(60);

// A bit of a message is turned, and the macs fit again.
WireBytes Turned(const Tester& t, WireBytes bytes, size_t byte) {
  bytes[byte] ^= 0x10;
  t.SetMacs(&bytes);
  return bytes;
}

bool SameBytes(const WireBytes& a, const WireBytes& b, size_t from, size_t count) {
  return std::equal(a.begin() + static_cast<ptrdiff_t>(from),
                    a.begin() + static_cast<ptrdiff_t>(from + count),
                    b.begin() + static_cast<ptrdiff_t>(from));
}

void OwnInitiation(Script& s) {
  Tester& t = s.AddTester();
  const std::vector<WireOut> out = s.SendInner(t);
  if (!s.Check("a packet for a peer without a session", out, "1")) return;
  const WireBytes& bytes = out[0].bytes;
  s.CheckNumber("length of an initiation", bytes.size(), 148);
  s.CheckNumber("its first four bytes, little endian", wg::LoadLe32(bytes.data()), 1);
  s.Check("the peer opens it, with mac1 and the target's static key", t.ConsumeInitiation(bytes));
  s.Check("its stamp is 0x400000000000000a and seconds since 1970, of the last 5 s",
          t.opened_stamp() <= Tai64nNow(s.now().wall) &&
              t.opened_stamp() > Tai64nNow(s.now().wall - seconds(5)));
  s.Check("mac2 is zero without a cookie", wg::Mac2Of(bytes) == Mac16{});
}

void Marks(Script& s) {
  Tester& t = s.AddTester();
  const std::vector<WireOut> initiation = s.SendInner(t);
  if (!s.Check("a packet for a peer without a session", initiation, "1")) return;
  s.CheckNumber("type of service of an initiation", initiation[0].ds, 0x88);
  s.Pass(kApart);
  const std::vector<WireOut> response = s.Exchange(t.MakeInitiation(s.now()), t);
  if (!s.Check("a valid initiation", response, "2")) return;
  s.CheckNumber("type of service of a response", response[0].ds, 0x88);
}

void Retries(Script& s) {
  Tester& t = s.AddTester();
  std::vector<WireOut> all = s.SendInner(t);
  for (WireOut& out : s.Pass(seconds(30))) all.push_back(std::move(out));
  if (!s.Check("several attempts in 30 s", all.size() >= 5)) return;
  Tai64n last;
  for (size_t i = 0; i < all.size(); ++i) {
    if (!s.Check("the peer opens each", t.ConsumeInitiation(all[i].bytes))) return;
    s.Check("stamps grow", t.opened_stamp() > last);
    last = t.opened_stamp();
    s.Check("their nanoseconds have 24 zero bits at the end",
            (last.bytes[9] | last.bytes[10] | last.bytes[11]) == 0 && last.bytes[8] <= 0x3b);
    for (size_t j = 0; j < i; ++j) {
      s.Check("each has an index of its own", !SameBytes(all[i].bytes, all[j].bytes, 4, 4));
      s.Check("each has an ephemeral key of its own",
              !SameBytes(all[i].bytes, all[j].bytes, 8, 32));
    }
  }
}

void Responses(Script& s) {
  Tester& t = s.AddTester();
  WireBytes before(92);
  for (const uint32_t index : {0u, 0xffffffffu, 0x01020304u}) {
    s.Pass(kApart);
    const std::vector<WireOut> out =
        s.Exchange(t.MakeInitiation(Tai64nNow(s.now().wall), {.sender_index = index}), t);
    if (!s.Check("a valid initiation has one answer", out, "2")) return;
    const WireBytes& bytes = out[0].bytes;
    if (s.CheckNumber("length of a response", bytes.size(), 92); bytes.size() != 92) return;
    s.CheckNumber("its first four bytes, little endian", wg::LoadLe32(bytes.data()), 2);
    s.CheckNumber("the receiver index is the sender's", wg::LoadLe32(bytes.data() + 8), index);
    s.Check("mac2 is zero without a cookie", wg::Mac2Of(bytes) == Mac16{});
    s.Check("each has an index of its own", !SameBytes(before, bytes, 4, 4));
    s.Check("each has an ephemeral key of its own", !SameBytes(before, bytes, 12, 32));
    s.Check("the initiator opens it", t.ConsumeResponse(bytes).has_value());
    before = bytes;
  }
}

void Shapes(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes good = t.MakeInitiation(s.now());
  for (const size_t size : {0, 1, 2, 3, 147, 149}) {
    WireBytes bytes = good;
    bytes.resize(size);
    if (size > 100) t.SetMacs(&bytes);
    s.Check(absl::StrCat("an initiation of ", size, " bytes"), s.Exchange(bytes, t), "");
  }
  for (size_t byte = 1; byte < 4; ++byte) {
    s.Check(absl::StrCat("reserved byte ", byte, " is not zero"),
            s.Exchange(Turned(t, good, byte), t), "");
  }
  for (const uint8_t type : {0, 5, 255}) {
    for (const size_t size : {148, 92, 64, 32}) {
      WireBytes bytes = good;
      bytes.resize(size);
      bytes[0] = type;
      t.SetMacs(&bytes);
      s.Check(absl::StrCat("type ", static_cast<int>(type), " of ", size, " bytes"),
              s.Exchange(bytes, t), "");
    }
  }
  s.Check("the same initiation as it should be", s.Exchange(good, t), "2");
}

void Strangers(Script& s) {
  Tester& t = s.AddTester();
  Tester stranger = s.MakeStranger(99);
  s.Check("an initiation of an unknown key", s.Exchange(stranger.MakeInitiation(s.now()), t), "");
  const WireBytes good = t.MakeInitiation(s.now());
  WireBytes bytes = good;
  bytes[116] ^= 1;
  s.Check("a wrong mac1", s.Exchange(bytes, t), "");
  bytes = good;
  const wg::PublicKey right = t.device_key;
  t.device_key = stranger.public_key;
  t.SetMacs(&bytes);
  t.device_key = right;
  s.Check("a mac1 for another public key", s.Exchange(bytes, t), "");
  for (const size_t byte : {8, 39, 40, 87}) {
    s.Check(absl::StrCat("byte ", byte, " turned under good macs"),
            s.Exchange(Turned(t, good, byte), t), "");
  }
  s.CheckNumber("bytes received from the peer after all that", s.PeerOf(t).rx_bytes, 0);
  s.Check("the same initiation as it should be", s.Exchange(good, t), "2");
}

void BrokenStamp(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes good = t.MakeInitiation(s.now());
  for (const size_t byte : {88, 99, 115}) {
    s.Check(absl::StrCat("byte ", byte, " of the sealed stamp turned"),
            s.Exchange(Turned(t, good, byte), t), "");
  }
  s.Check("the same stamp as it should be", s.Exchange(good, t), "2");
}

void Stamps(Script& s) {
  Tester& t = s.AddTester();
  const Tai64n first = Tai64nNow(s.now().wall);
  const WireBytes initiation = t.MakeInitiation(first, {});
  s.Check("the first", s.Exchange(initiation, t), "2");
  s.Pass(kApart);
  s.Check("again, word for word", s.Exchange(initiation, t), "");
  s.Check("the same stamp under another ephemeral key",
          s.Exchange(t.MakeInitiation(first, {}), t), "");
  Tai64n stamp = first;
  wg::StoreBe64(stamp.bytes.data(), wg::LoadBe64(first.bytes.data()) - 1);
  stamp.bytes[8] = 0x3b;
  s.Check("a second less, more nanoseconds", s.Exchange(t.MakeInitiation(stamp, {}), t), "");
  stamp = first;
  ++stamp.bytes[11];
  s.Check("one more in the last byte", s.Exchange(t.MakeInitiation(stamp, {}), t), "2");
  s.Pass(kApart);
  wg::StoreBe64(stamp.bytes.data(), wg::LoadBe64(first.bytes.data()) + 1);
  stamp.bytes[8] = stamp.bytes[9] = stamp.bytes[10] = stamp.bytes[11] = 0;
  s.Check("a second more, fewer nanoseconds", s.Exchange(t.MakeInitiation(stamp, {}), t), "2");
}

void StampsAndClock(Script& s) {
  Tester& t = s.AddTester();
  Tai64n last;
  last.bytes.fill(0xff);
  s.Check("the last stamp there is", s.Exchange(t.MakeInitiation(last, {}), t), "2");
  s.Pass(kApart);
  s.Check("the time as it is", s.Exchange(t.MakeInitiation(s.now()), t), "");
  --last.bytes[11];
  s.Check("one less than the last", s.Exchange(t.MakeInitiation(last, {}), t), "");
}

void Floods(Script& s) {
  constexpr int kAttempts = 20;  // of a machine that has other things to do
  Tester& t = s.AddTester();
  for (int i = 0; i < kAttempts; ++i) {
    const wg::Duration began = s.elapsed();
    s.Check("the first", s.Exchange(t.MakeInitiation(s.now()), t), "2");
    s.Pass(milliseconds(5));
    const WireBytes flood = t.MakeInitiation(Tai64nNow(s.now().wall + milliseconds(17)), {});
    const std::vector<WireOut> out = s.Exchange(flood, t);
    const bool was_in_time = s.elapsed() - began < milliseconds(20);
    s.Pass(kApart);
    if (!was_in_time) continue;
    s.Check("another within 20 ms", out, "");
    s.Check("the same one later: its stamp was not used up", s.Exchange(flood, t), "2");
    return;
  }
  s.TooSlow("two initiations could not be sent within 20 ms");
}

void FloodToTheNanosecond(Script& s) {
  Tester& t = s.AddTester();
  s.Check("the first", s.Exchange(t.MakeInitiation(s.now()), t), "2");
  s.Pass(milliseconds(20) - nanoseconds(1));
  const WireBytes flood = t.MakeInitiation(Tai64nNow(s.now().wall + milliseconds(17)), {});
  s.Check("another 1 ns before 20 ms have passed", s.Exchange(flood, t), "");
  s.Pass(nanoseconds(1));
  s.Check("at exactly 20 ms", s.Exchange(flood, t), "2");
}

void TwoPeers(Script& s) {
  Tester& one = s.AddTester();
  Tester& two = s.AddTester();
  const WireBytes message = one.MakeInitiation(s.now());
  const WireBytes other = two.MakeInitiation(s.now());
  const std::vector<WireOut> first = s.Exchange(message, one);
  const std::vector<WireOut> second = s.Exchange(other, two);
  if (!s.Check("one peer's initiation", first, "2")) return;
  if (!s.Check("at once after it another's", second, "2")) return;
  s.Check("each opens its answer", one.ConsumeResponse(first[0].bytes).has_value() &&
                                       two.ConsumeResponse(second[0].bytes).has_value());
}

void AnyMac2(Script& s) {
  Tester& t = s.AddTester();
  WireBytes message = t.MakeInitiation(s.now());
  std::fill(message.end() - 16, message.end(), uint8_t{0x5a});
  s.Check("any mac2, without load", s.Exchange(message, t), "2");
}

void LowOrderEphemerals(Script& s) {
  Tester& t = s.AddTester();
  for (const wg::PublicKey& point : wg::LowOrderPoints()) {
    const WireBytes message =
        t.MakeInitiation(Tai64nNow(s.now().wall), {.ephemeral = point});
    s.Check(absl::StrCat("the ephemeral key ", wg::ToHex(point.bytes)), s.Exchange(message, t), "");
  }
  s.Check("an initiation with a good one", s.Exchange(t.MakeInitiation(s.now()), t), "2");
}

void LowOrderPeers(Script& s) {
  Tester& t = s.AddTester();
  for (const wg::PublicKey& point : wg::LowOrderPoints()) {
    s.SetPeer({.public_key = point, .endpoint = t.address, .persistent_keepalive = 1});
    s.Check(absl::StrCat("a peer with the key ", wg::ToHex(point.bytes)), s.Pass(kApart), "");
  }
  s.Check("and nothing comes of it later", s.Pass(seconds(8)), "");
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 1});
  s.Check("a peer with a good key", s.Pass(kApart), "1");
  s.CheckNumber("peers that are listed", s.target().Read().peers.size(), 8);
}

void TopBit(Script& s) {
  Tester& t = s.AddTester();
  wg::PublicKey claimed = t.public_key;
  claimed.bytes[31] ^= 0x80;
  const WireBytes message =
      t.MakeInitiation(Tai64nNow(s.now().wall), {.claimed_static = claimed});
  s.Check("a static key with its top bit turned is a stranger's", s.Exchange(message, t), "");
  s.Check("and as it should be", s.Exchange(t.MakeInitiation(s.now()), t), "2");
}

void NoPrivateKey(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes right = t.MakeInitiation(s.now());
  s.SetPrivateKey(wg::PrivateKey());
  s.Check("an initiation for the key it had", s.Exchange(right, t), "");
  WireBytes zero = right;
  const Mac16 mac =
      wg::Blake2sMac16(wg::SymmetricKey().bytes, {absl::MakeConstSpan(right).first(116)});
  std::copy(mac.begin(), mac.end(), zero.begin() + 116);
  s.Check("one with a mac1 under the zero key", s.Exchange(zero, t), "");
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 1});
  s.Check("persistent keepalives", s.Pass(seconds(8)), "");
}

void StampsOutlive(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes message = t.MakeInitiation(s.now());
  const Tai64n stamp = Tai64nNow(s.now().wall);
  s.Check("the first", s.Exchange(message, t), "2");
  s.target().SetUp(false);
  s.Check("while the interface is down", s.Exchange(message, t), "");
  s.target().SetUp(true);
  s.Pass(seconds(1));
  s.Check("replayed when it is up again", s.Exchange(message, t), "");
  wg::PrivateKey key;
  key.bytes.fill(0x33);
  s.SetPrivateKey(key);
  t.device_key = s.public_key();
  s.Check("the same stamp for another own key", s.Exchange(t.MakeInitiation(stamp, {}), t), "");
  s.Check("a later one", s.Exchange(t.MakeInitiation(s.now()), t), "2");
}

void StampsDieWithThePeer(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes message = t.MakeInitiation(s.now());
  s.Check("the first", s.Exchange(message, t), "2");
  s.SetPeer({.public_key = t.public_key, .remove = true});
  s.Pass(seconds(1));
  s.Check("replayed when the peer has been removed", s.Exchange(message, t), "");
  s.SetPeer({.public_key = t.public_key});
  const wg::GetPeer peer = s.PeerOf(t);
  s.Check("the peer begins anew", !peer.endpoint && peer.rx_bytes + peer.tx_bytes == 0 &&
                                      peer.last_handshake == wg::WallTime());
  s.Check("and knows no stamp", s.Exchange(message, t), "2");
}

}  // namespace

std::vector<Assertion> InitiationAssertions() {
  return {
      {"NOISE_001_013_014_017_018_OwnInitiationsAreWhatThePeerCanOpen", &OwnInitiation},
      {"NOISE_010_011_015_016_EveryRetryHasItsOwnEphemeralIndexAndLaterStamp", &Retries, true},
      {"NOISE_002_009_012_093_OneResponseWithTheSendersIndexAndAnEphemeralOfItsOwn", &Responses},
      {"NOISE_003_005_006_007_OtherLengthsTypesAndReservedBytesAreSilent", &Shapes},
      {"NOISE_024_025_026_027_PEER_020_StrangersWrongMacsAndBrokenSealsAreSilent", &Strangers},
      {"NOISE_028_ABrokenStampIsNotRecorded", &BrokenStamp},
      {"NOISE_029_030_031_032_033_StampsAreComparedAsTwelveBytesBigEndian", &Stamps},
      {"NOISE_034_StampsAreNotComparedWithTheClock", &StampsAndClock},
      {"NOISE_035_036_037_FloodsAreSilentAndCostNoStamp", &Floods},
      {"NOISE_039_FloodsEndAtExactlyTwentyMilliseconds", &FloodToTheNanosecond, false, kVirtualTime},
      {"NOISE_038_PEER_045_PeersDoNotFloodOrDisturbEachOther", &TwoPeers},
      {"NOISE_040_Mac2DoesNotMatterWithoutLoad", &AnyMac2},
      {"NOISE_041_AMessageSealedUnderAZeroSecretIsRefused", &LowOrderEphemerals},
      {"NOISE_043_APeerWithALowOrderKeyGetsNothing", &LowOrderPeers},
      {"NOISE_079_InitiationsAndResponsesAreMarkedAf41", &Marks},
      {"NOISE_094_TheTopBitOfAPublicKeyIsPartOfTheIdentity", &TopBit},
      {"NOISE_073_WithoutPrivateKeyNothingIsAnsweredOrInitiated", &NoPrivateKey},
      {"NOISE_076_077_080_StampsOutliveDownUpAndTheOwnKey", &StampsOutlive},
      {"NOISE_078_PEER_006_PEER_008_StampsDieWithThePeer", &StampsDieWithThePeer},
  };
}

}  // namespace conformance
