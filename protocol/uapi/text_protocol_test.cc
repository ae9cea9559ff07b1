// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The cross-platform text protocol (spec/data 3.5, WG8-023 to 029), through a session and against a device.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "protocol/uapi/session.h"
#include "protocol/uapi/test_handler.h"
#include "protocol/uapi/text_get.h"
#include "protocol/uapi/text_set.h"

namespace wg::uapi {
namespace {

const std::string kA(64, 'a');
const std::string kB(64, 'b');
constexpr char kDone[] = "errno=0\n\n";
constexpr char kInvalid[] = "errno=-22\n\n";

// "A" and "B" stand for their keys.
std::string Text(absl::string_view lines) {
  return absl::StrReplaceAll(lines, {{"=A\n", absl::StrCat("=", kA, "\n")},
                                     {"=B\n", absl::StrCat("=", kB, "\n")}});
}

class TextProtocol : public testing::Test {
 protected:
  std::string Set(absl::string_view lines) {
    return session_.Feed(absl::StrCat("set=1\n", Text(lines), "\n"));
  }
  // "A[10.0.0.1/32] B[]"
  std::string Peers() {
    std::string text;
    for (const GetPeer& peer : handler_.Get().peers) {
      absl::StrAppend(&text, text.empty() ? "" : " ", peer.public_key.bytes[0] == 0xaa ? "A" : "B",
                      "[");
      for (const Prefix& prefix : peer.allowed_ips) {
        absl::StrAppend(&text, &prefix == &peer.allowed_ips[0] ? "" : " ", prefix.ToString());
      }
      text += "]";
    }
    return text;
  }

  TestHandler handler_;
  Session session_{&handler_};
};

TEST_F(TextProtocol, WG8_023_GetReturnsEveryKeyAndErrnoZero) {
  EXPECT_EQ(session_.Feed("get=1\n\n"), kDone);
  const std::string key = absl::StrCat("b8", std::string(60, 'b'), "7b");  // a valid scalar
  EXPECT_EQ(Set(absl::StrCat("private_key=", key, "\nlisten_port=51820\nfwmark=7\npublic_key=A\nendpoint=[2001:db8::1]:9\n"
                "persistent_keepalive_interval=25\nallowed_ip=10.0.0.1/8\nallowed_ip=fd00::/64\n")),
            kDone);
  EXPECT_EQ(session_.Feed("get=1\n\n"),
            Text(absl::StrCat("private_key=", key, "\nlisten_port=51820\nfwmark=7\npublic_key=A\n",
                              "preshared_key=", std::string(64, '0'),
                              "\nprotocol_version=1\nendpoint=[2001:db8::1]:9\n"
                              "last_handshake_time_sec=0\nlast_handshake_time_nsec=0\n"
                              "tx_bytes=0\nrx_bytes=0\npersistent_keepalive_interval=25\n"
                              "allowed_ip=10.0.0.0/8\nallowed_ip=fd00::/64\nerrno=0\n\n")));
}

TEST_F(TextProtocol, WG8_024_AnUnknownKeyEndsItAndEarlierLinesStay) {
  EXPECT_EQ(Set("public_key=A\nallowed_ip=10.0.0.1/32\ncolour=red\nallowed_ip=10.0.0.2/32\n"),
            kInvalid);
  EXPECT_EQ(Peers(), "A[10.0.0.1/32]");
  EXPECT_EQ(Set("fwmark=5\nallowed_ip=10.0.0.2/32\n"), kInvalid) << "before any public_key";
  EXPECT_EQ(handler_.Get().fwmark, 5u);
  EXPECT_EQ(Set("public_key=A\nnothing\n"), "errno=-71\n\n");
}

TEST_F(TextProtocol, WG8_025_AMinusRemovesWhatThePeerOwnsAndNothingElse) {
  Set("public_key=A\nallowed_ip=10.0.0.1/32\nallowed_ip=10.0.0.2/32\npublic_key=B\nallowed_ip=10.0.0.3/32\n");
  EXPECT_EQ(Set("public_key=A\nallowed_ip=-10.0.0.1/32\nallowed_ip=-10.0.0.3/32\nallowed_ip=-10.0.0.0/24\n"),
            kDone);
  EXPECT_EQ(Peers(), "A[10.0.0.2/32] B[10.0.0.3/32]");
}

TEST_F(TextProtocol, WG8_026_ReplaceWipesWhatEarlierLinesHaveInserted) {
  Set("public_key=B\nallowed_ip=10.0.0.3/32\nallowed_ip=10.0.0.4/32\n");
  EXPECT_EQ(Set("public_key=A\nallowed_ip=10.0.0.3/32\nreplace_allowed_ips=true\nallowed_ip=10.0.0.5/32\n"),
            kDone);
  // B has lost 10.0.0.3 to A all the same.
  EXPECT_EQ(Peers(), "B[10.0.0.4/32] A[10.0.0.5/32]");
}

TEST_F(TextProtocol, WG8_027_UpdateOnlyMakesNoPeer) {
  EXPECT_EQ(Set("public_key=A\nupdate_only=true\nallowed_ip=10.0.0.1/32\n"), kDone);
  EXPECT_EQ(Peers(), "");
  Set("public_key=A\n");
  EXPECT_EQ(Set("public_key=A\nupdate_only=true\nallowed_ip=10.0.0.1/32\n"), kDone);
  EXPECT_EQ(Peers(), "A[10.0.0.1/32]");
  // Too late: what the new peer took is lost, and so is the peer.
  EXPECT_EQ(Set("public_key=B\nallowed_ip=10.0.0.1/32\nupdate_only=true\nallowed_ip=10.0.0.2/32\n"), kDone);
  EXPECT_EQ(Peers(), "A[]");
}

TEST_F(TextProtocol, RemoveEndsAPeerAndTheRestOfItsLinesIsReadForNothing) {
  Set("public_key=A\nallowed_ip=10.0.0.1/32\npublic_key=B\nallowed_ip=10.0.0.2/32\n");
  EXPECT_EQ(Set("public_key=A\nallowed_ip=10.0.0.2/32\nremove=true\nallowed_ip=10.0.0.9/32\n"), kDone);
  EXPECT_EQ(Peers(), "B[]");
  EXPECT_EQ(Set("public_key=B\nremove=true\nallowed_ip=nonsense\n"), kInvalid) << "but it is read";
  EXPECT_EQ(Peers(), "");
}

TEST_F(TextProtocol, WG8_028_TheOwnKeyIsNoPeer) {
  const PublicKey own = [&] {
    Set("private_key=B\n");
    return *handler_.Get().public_key;
  }();
  EXPECT_EQ(Set(absl::StrCat("public_key=", ToHex(own.bytes), "\nallowed_ip=10.0.0.1/32\n")), kDone);
  EXPECT_EQ(Peers(), "");
}

TEST_F(TextProtocol, WG8_029_GetWithAnythingBehindItIsAnError) {
  EXPECT_EQ(session_.Feed("get=1\nx\n\n"), kInvalid);
  EXPECT_TRUE(session_.is_over());
}

TEST_F(TextProtocol, ALineThatIsTooLongEndsTheSessionAndEarlierOnesStay) {
  const auto with_line = [](size_t length) {
    return absl::StrCat(Text("set=1\npublic_key=A\nallowed_ip=10.0.0.1/32\n"), "colour=",
                        std::string(length - 7, 'r'), "\nallowed_ip=10.0.0.2/32\n\n");
  };
  EXPECT_EQ(session_.Feed(with_line(Session::kLongestLine)), kInvalid);
  EXPECT_FALSE(session_.is_over());
  const std::string too_long = with_line(Session::kLongestLine + 1);
  EXPECT_EQ(session_.Feed(too_long), "errno=-5\n\n");
  EXPECT_TRUE(session_.is_over());
  EXPECT_EQ(Peers(), "A[10.0.0.1/32]");
  // Its end need not have come.
  Session pieces(&handler_);
  std::string answers;
  for (size_t at = 0; at < too_long.size() && !pieces.is_over(); at += 1000) {
    answers += pieces.Feed(too_long.substr(at, 1000));
  }
  EXPECT_EQ(answers, "errno=-5\n\n");
}

TEST_F(TextProtocol, ARequestThatIsTooLongIsNotApplied) {
  const std::string line = absl::StrCat("allowed_ip=10.0.0.1/32", "\n");
  std::string lines;
  while (lines.size() < (size_t{1} << 20)) lines += line;
  std::string answers = session_.Feed(Text("set=1\npublic_key=A\n"));
  for (size_t fed = 0; fed <= Session::kLargestRequest && !session_.is_over(); fed += lines.size()) {
    answers += session_.Feed(lines);
  }
  EXPECT_EQ(answers, "errno=-5\n\n");
  EXPECT_TRUE(session_.is_over());
  EXPECT_EQ(Peers(), "");
}

TEST_F(TextProtocol, WhatIsNoOperationEndsTheSessionWithoutAnAnswer) {
  EXPECT_EQ(session_.Feed("put=1\n\n"), "");
  EXPECT_TRUE(session_.is_over());
}

TEST_F(TextProtocol, AnEmptySetChangesNothing) { EXPECT_EQ(session_.Feed("set=1\n\n"), kDone); }

TEST_F(TextProtocol, AnyCutOfTheBytesGivesTheSameAnswers) {
  const std::string bytes =
      Text("set=1\npublic_key=A\nallowed_ip=10.0.0.1/32\n\nget=1\n\nset=1\npublic_key=A\nremove=true\n\nget=1\n\n");
  const std::string whole = session_.Feed(bytes);
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    std::string pieces = session_.Feed(bytes.substr(0, cut));
    pieces += session_.Feed(bytes.substr(cut));
    ASSERT_EQ(pieces, whole) << cut;
  }
}

TEST_F(TextProtocol, ValuesThatDoNotFitAreInvalid) {
  for (const char* line :
       {"listen_port=65536", "listen_port=-1", "listen_port= 1", "listen_port=", "fwmark=0x5",
        "fwmark=4294967296", "private_key=abcd", "replace_peers=false", "public_key=A1"}) {
    EXPECT_EQ(Set(absl::StrCat(line, "\n")), kInvalid) << line;
  }
  for (const char* line :
       {"endpoint=host:1", "endpoint=10.0.0.1", "persistent_keepalive_interval=off", "remove=yes",
        "update_only=1", "replace_allowed_ips=false", "allowed_ip=10.0.0.1", "allowed_ip=10.0.0.1/33",
        "allowed_ip=--10.0.0.1/32", "allowed_ip=+10.0.0.1/32", "protocol_version=2", "preshared_key=x"}) {
    EXPECT_EQ(Set(absl::StrCat("public_key=A\n", line, "\n")), kInvalid) << line;
  }
}

TEST(TextSet, LinesInAnotherOrderThanTheDevicesBecomeSeveralRequests) {
  const auto none = [](const PublicKey&) { return false; };
  EXPECT_EQ(ParseSet("fwmark=1\nlisten_port=2\nreplace_peers=true\n", none).devices.size(), 1u);
  // wg(8) writes them like this.
  EXPECT_EQ(ParseSet("listen_port=2\nfwmark=1\nreplace_peers=true\n", none).devices.size(), 2u);
  EXPECT_EQ(ParseSet("fwmark=1\nfwmark=2\n", none).devices.size(), 2u);
}

TEST_F(TextProtocol, WhoIsNewIsDecidedWhereHisLinesBegin) {
  constexpr char kTooLate[] = "public_key=A\nallowed_ip=10.0.0.1/32\nupdate_only=true\n";
  Set("public_key=A\n");
  Set(kTooLate);
  EXPECT_EQ(Peers(), "A[10.0.0.1/32]") << "he was there";
  Set(absl::StrCat("replace_peers=true\n", kTooLate));
  EXPECT_EQ(Peers(), "") << "he was no more";
}

TEST_F(TextProtocol, APrivateKeyRemovesThePeerThatItBelongsTo) {
  Set("private_key=B\n");
  const std::string own = ToHex(handler_.Get().public_key->bytes);
  Set(absl::StrCat("private_key=A\npublic_key=", own, "\n"));
  EXPECT_EQ(handler_.Get().peers.size(), 1u);
  // New here, although he was there before the request.
  Set(absl::StrCat("private_key=B\nprivate_key=A\npublic_key=", own,
                   "\nallowed_ip=10.0.0.1/32\nupdate_only=true\n"));
  EXPECT_EQ(Peers(), "");
}

TEST(TextSet, PeersBeginWithTheFirstPublicKeyLine) {
  EXPECT_EQ(FindPeers(""), 0u);
  EXPECT_EQ(FindPeers("public_key=x\n"), 0u);
  EXPECT_EQ(FindPeers("fwmark=1\npublic_key=x\npublic_key=y\n"), 9u);
  EXPECT_EQ(FindPeers("fwmark=1\nxpublic_key=x\n"), 23u);
}

TEST(TextSet, WhatIsWrittenIsReadBack) {
  SetDevice request;
  request.fwmark = 1;
  request.listen_port = 2;
  request.replace_peers = true;
  SetPeer peer;
  peer.public_key.bytes.fill(0xaa);
  peer.preshared_key.emplace().bytes.fill(3);
  peer.endpoint = Endpoint::Parse("192.0.2.1:4").value();
  peer.persistent_keepalive = 5;
  peer.replace_allowed_ips = true;
  peer.allowed_ips = {{.prefix = Prefix::Parse("10.0.0.0/8").value()},
                      {.prefix = Prefix::Parse("fd00::/8").value(), .remove = true}};
  request.peers = {peer};
  const std::string text = FormatSet(request);
  EXPECT_EQ(text, Text(absl::StrCat(
                      "set=1\nlisten_port=2\nfwmark=1\nreplace_peers=true\npublic_key=A\npreshared_key=",
                      ToHex(peer.preshared_key->bytes),
                      "\nendpoint=192.0.2.1:4\npersistent_keepalive_interval=5\n"
                      "replace_allowed_ips=true\nallowed_ip=10.0.0.0/8\nallowed_ip=-fd00::/8\n\n")));
  const SetRequest read =
      ParseSet(text.substr(6, text.size() - 7), [](const PublicKey&) { return true; });
  EXPECT_EQ(read.error, IpcError::kNone);
  ASSERT_EQ(read.devices.size(), 2u);
  SetDevice both = read.devices[1];
  both.listen_port = read.devices[0].listen_port;
  EXPECT_EQ(FormatSet(both), text);
}

TEST(TextGet, WhatIsWrittenIsReadBack) {
  GetDevice device;
  device.listen_port = 3;
  GetPeer peer;
  peer.public_key.bytes.fill(1);
  peer.endpoint = Endpoint::Parse("[2001:db8::1]:5").value();
  peer.last_handshake = WallTime(std::chrono::nanoseconds(1'700'000'000'000'000'007));
  peer.rx_bytes = ~uint64_t{0};
  peer.tx_bytes = 1;
  peer.persistent_keepalive = 65535;
  peer.allowed_ips = {Prefix::Parse("0.0.0.0/0").value(), Prefix::Parse("::/0").value()};
  device.peers = {peer, {.public_key = {}}};
  const absl::StatusOr<GetDevice> read = ParseGet(FormatGet(device));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(FormatGet(*read), FormatGet(device));
  EXPECT_EQ(read->peers[0].last_handshake, peer.last_handshake);
  EXPECT_FALSE(ParseGet("endpoint=192.0.2.1:1\n").ok()) << "of no peer";
  const std::string section = absl::StrCat("public_key=", std::string(64, '1'), "\n");
  EXPECT_TRUE(ParseGet(section + "last_handshake_time_nsec=999999999\n").ok());
  EXPECT_FALSE(ParseGet(section + "last_handshake_time_nsec=1000000000\n").ok());
}

}  // namespace
}  // namespace wg::uapi
