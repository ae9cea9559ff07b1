// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The commands and files of wg(8) (spec/data 3.1 to 3.4, WG8-001 to 022 and 030): what they ask of a device, and what the
// device is after it.
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "protocol/uapi/test_handler.h"
#include "protocol/wg8/commands.h"
#include "protocol/wg8/config_file.h"
#include "protocol/wg8/show.h"

namespace wg::wg8 {
namespace {

// Keys by letter, as base64.
std::string Key(char name) {
  KeyBytes bytes;
  bytes.fill(static_cast<uint8_t>(name));
  return ToBase64(bytes);
}

class Wg8 : public testing::Test {
 protected:
  // "$A" is the key of A; key files are named after what is in them.
  static std::string Fill(absl::string_view text) {
    return absl::StrReplaceAll(text, {{"$A", Key('A')}, {"$B", Key('B')}, {"$C", Key('C')}});
  }
  static absl::StatusOr<SetDevice> SetWords(std::vector<std::string> words) {
    for (std::string& word : words) word = Fill(word);
    return SetRequest(words, [](const std::string& path) -> absl::StatusOr<std::string> {
      if (path == "empty") return "";
      if (path == "newline") return "\n";
      if (path == "indented") return " " + Key('A');
      if (path == "missing") return absl::NotFoundError("missing: no such file");
      return path + "\n";
    });
  }
  void Set(std::vector<std::string> words) {
    const absl::StatusOr<SetDevice> request = SetWords(std::move(words));
    ASSERT_TRUE(request.ok()) << request.status();
    EXPECT_EQ(handler_.Set(*request), Errno::kOk);
  }
  static SetDevice File(absl::string_view text) {
    const absl::StatusOr<SetDevice> file = ParseConfigFile(Fill(text), "f");
    EXPECT_TRUE(file.ok()) << file.status();
    return file.ok() ? *file : SetDevice();
  }
  static std::string FileError(absl::string_view text) {
    const absl::StatusOr<SetDevice> file = ParseConfigFile(Fill(text), "f");
    return file.ok() ? "" : std::string(file.status().message());
  }
  // "A[10.0.0.1/32] B[]"
  std::string Peers() {
    std::string text;
    for (const GetPeer& peer : handler_.Get().peers) {
      absl::StrAppend(&text, text.empty() ? "" : " ",
                      std::string(1, static_cast<char>(peer.public_key.bytes[0])), "[");
      for (const Prefix& prefix : peer.allowed_ips) {
        absl::StrAppend(&text, &prefix == &peer.allowed_ips[0] ? "" : " ", prefix.ToString());
      }
      text += "]";
    }
    return text;
  }

  uapi::TestHandler handler_;
};

TEST_F(Wg8, WG8_001_PlainAllowedIpsReplaceTheList) {
  Set({"peer", "$A", "allowed-ips", "10.0.0.1,10.0.0.2/32"});
  Set({"peer", "$A", "allowed-ips", "10.0.0.3/24, fd00::1"});
  EXPECT_EQ(Peers(), "A[10.0.0.0/24 fd00::1/128]");
}

TEST_F(Wg8, WG8_002_OnePlusOrMinusMakesTheWholeListAChange) {
  Set({"peer", "$A", "allowed-ips", "10.0.0.9"});
  Set({"peer", "$A", "allowed-ips", "10.0.0.1/32,+10.0.0.2/32"});
  EXPECT_EQ(Peers(), "A[10.0.0.9/32 10.0.0.1/32 10.0.0.2/32]");
  Set({"peer", "$A", "allowed-ips", "10.0.0.3,-10.0.0.9"});
  EXPECT_EQ(Peers(), "A[10.0.0.1/32 10.0.0.2/32 10.0.0.3/32]");
}

TEST_F(Wg8, WG8_003_AMinusRemovesOnlyWhatThePeerOwns) {
  Set({"peer", "$A", "allowed-ips", "10.0.0.1", "peer", "$B", "allowed-ips", "10.0.0.2"});
  Set({"peer", "$A", "allowed-ips", "-10.0.0.2"});
  EXPECT_EQ(Peers(), "A[10.0.0.1/32] B[10.0.0.2/32]");
}

TEST_F(Wg8, WG8_004_TheLastAllowedIpsOfAPeerDecides) {
  Set({"peer", "$A", "allowed-ips", "10.0.0.9"});
  Set({"peer", "$A", "allowed-ips", "+10.0.0.1", "allowed-ips", "10.0.0.2"});
  EXPECT_EQ(Peers(), "A[10.0.0.1/32 10.0.0.2/32]");
  Set({"peer", "$A", "allowed-ips", "10.0.0.3", "allowed-ips", "+10.0.0.4"});
  EXPECT_EQ(Peers(), "A[10.0.0.1/32 10.0.0.2/32 10.0.0.3/32 10.0.0.4/32]");
}

TEST_F(Wg8, WG8_005_AnEmptyArgumentClearsTheList) {
  Set({"peer", "$A", "allowed-ips", "10.0.0.1"});
  Set({"peer", "$A", "allowed-ips", ""});
  EXPECT_EQ(Peers(), "A[]");
  Set({"peer", "$A", "allowed-ips", "10.0.0.1", "allowed-ips", " "});
  EXPECT_EQ(Peers(), "A[10.0.0.1/32]") << "only what was there before";
}

TEST_F(Wg8, WG8_006_AnEmptyAllowedIPsInAFileIsAnError) {
  EXPECT_EQ(FileError("[Peer]\nPublicKey = $A\n  AllowedIPs = # none\n"),
            "f:3:3: AllowedIPs has no value; write one, or leave the line out");
}

TEST_F(Wg8, WG8_007_TwoSignsAreAnError) {
  EXPECT_FALSE(SetWords({"peer", "$A", "allowed-ips", "+-1.2.3.4"}).ok());
  EXPECT_FALSE(SetWords({"peer", "$A", "allowed-ips", "--1.2.3.4"}).ok());
}

TEST_F(Wg8, WG8_008_LengthsFromZeroToTheWidthOrNone) {
  Set({"peer", "$A", "allowed-ips", "0.0.0.0/0,::/0,1.2.3.4,2001:db8::1"});
  EXPECT_EQ(Peers(), "A[0.0.0.0/0 ::/0 1.2.3.4/32 2001:db8::1/128]");
  for (const char* wrong : {"1.2.3.4/33", "::1/129", "1.2.3.4/", "1.2.3.4/x", "1.2.3.4/-1", "1.2.3", ","}) {
    EXPECT_FALSE(SetWords({"peer", "$A", "allowed-ips", wrong}).ok()) << wrong;
  }
}

TEST_F(Wg8, WG8_009_SetconfResetsWhatTheFileDoesNotName) {
  Set({"private-key", "$C", "listen-port", "7", "fwmark", "0x2a", "peer", "$B"});
  const SetDevice request = SetconfRequest(File("[Peer]\nPublicKey=$A\nAllowedIPs=10.0.0.1"));
  EXPECT_TRUE(request.private_key && request.private_key->IsZero());
  EXPECT_EQ(request.listen_port, 0);
  EXPECT_EQ(handler_.Set(request), Errno::kOk);
  EXPECT_EQ(ShowDump(handler_.Get()),
            Fill("(none)\t(none)\t0\toff\n$A\t(none)\t(none)\t10.0.0.1/32\t0\t0\t0\toff\n"));
}

TEST_F(Wg8, WG8_010_AddconfReplacesTheListOfAPeerThatIsThere) {
  Set({"peer", "$A", "allowed-ips", "10.0.0.1", "peer", "$B", "allowed-ips", "10.0.0.2"});
  handler_.Set(AddconfRequest(File("[Peer]\nPublicKey=$A\nAllowedIPs=10.0.0.3")));
  EXPECT_EQ(Peers(), "A[10.0.0.3/32] B[10.0.0.2/32]");
}

TEST_F(Wg8, WG8_011_AddconfLeavesTheDeviceAlone) {
  Set({"listen-port", "7", "fwmark", "9"});
  handler_.Set(AddconfRequest(File("[Peer]\nPublicKey=$A")));
  EXPECT_EQ(handler_.Get().listen_port, 7);
  EXPECT_EQ(handler_.Get().fwmark, 9u);
}

TEST_F(Wg8, WG8_012_SyncconfKeepsPeersThatStayAndRemovesTheOthers) {
  Set({"peer", "$A", "peer", "$B", "peer", "$C"});
  const SetDevice request =
      SyncconfRequest(File("[Peer]\nPublicKey=$B\nAllowedIPs=10.0.0.1"), handler_.Get());
  EXPECT_FALSE(request.replace_peers);
  ASSERT_EQ(request.peers.size(), 3u);
  EXPECT_TRUE(request.peers[0].remove && request.peers[1].remove);
  EXPECT_FALSE(request.peers[2].remove);
  handler_.Set(request);
  EXPECT_EQ(Peers(), "B[10.0.0.1/32]");
}

TEST_F(Wg8, WG8_013_SyncconfReplacesTheListsOfUnchangedPeersToo) {
  Set({"peer", "$A", "allowed-ips", "10.0.0.1"});
  const SetDevice request =
      SyncconfRequest(File("[Peer]\nPublicKey=$A\nAllowedIPs=10.0.0.1"), handler_.Get());
  ASSERT_EQ(request.peers.size(), 1u);
  EXPECT_TRUE(request.peers[0].replace_allowed_ips);
}

TEST_F(Wg8, WG8_014_SyncconfClearsPresharedKeyAndKeepaliveThatTheFileDropped) {
  Set({"peer", "$A", "preshared-key", "$C", "persistent-keepalive", "25", "peer", "$B"});
  handler_.Set(SyncconfRequest(File("[Peer]\nPublicKey=$A\n[Peer]\nPublicKey=$B"), handler_.Get()));
  EXPECT_TRUE(handler_.Get().peers[0].preshared_key.IsZero());
  EXPECT_EQ(handler_.Get().peers[0].persistent_keepalive, 0);
}

TEST_F(Wg8, WG8_015_SyncconfWithoutListenPortAsksForAnyPort) {
  Set({"listen-port", "7", "peer", "$A"});
  EXPECT_EQ(SyncconfRequest(File("[Peer]\nPublicKey=$A"), handler_.Get()).listen_port, 0);
}

TEST_F(Wg8, WG8_016_SyncconfWithoutPeersRemovesAll) {
  Set({"peer", "$A"});
  const SetDevice request = SyncconfRequest(File("[Interface]\nListenPort=7"), handler_.Get());
  EXPECT_TRUE(request.replace_peers);
  handler_.Set(request);
  EXPECT_EQ(Peers(), "");
}

TEST_F(Wg8, WG8_020_WhatIsAbsentIsNoneOrOffOrZero) {
  Set({"peer", "$A"});
  EXPECT_EQ(ShowDump(handler_.Get()),
            Fill("(none)\t(none)\t0\toff\n$A\t(none)\t(none)\t(none)\t0\t0\t0\toff\n"));
}

TEST_F(Wg8, WG8_021_ShowconfReproducesTheConfiguration) {
  Set({"private-key", "$C", "listen-port", "51820", "fwmark", "0x2a", "peer", "$A", "preshared-key", "$B",
       "allowed-ips", "10.0.0.0/8,fd00::/64", "endpoint", "[2001:db8::1]:9", "persistent-keepalive", "25",
       "peer", "$B", "peer", "$C", "allowed-ips", "10.1.0.0/16"});
  const std::string text = ShowConf(handler_.Get());
  uapi::TestHandler other;
  other.Set(SetconfRequest(File(text)));
  EXPECT_EQ(ShowDump(other.Get()), ShowDump(handler_.Get()));
  EXPECT_EQ(ShowConf(other.Get()), text);
}

TEST_F(Wg8, WG8_022_AnEmptyKeyFileRemovesTheKey) {
  Set({"private-key", "$C", "peer", "$A", "preshared-key", "$B"});
  Set({"private-key", "empty", "peer", "$A", "preshared-key", "empty"});
  EXPECT_FALSE(handler_.Get().private_key.has_value());
  EXPECT_TRUE(handler_.Get().peers[0].preshared_key.IsZero());
  EXPECT_EQ(SetWords({"private-key", "missing"}).status().message(),
            "private-key: missing: no such file");
  EXPECT_FALSE(SetWords({"private-key", "newline"}).ok());
  EXPECT_FALSE(SetWords({"private-key", "indented"}).ok());
  // What the file holds is a secret and not repeated.
  EXPECT_EQ(SetWords({"private-key", "abc"}).status().message(), "private-key: abc holds no key");
}

TEST_F(Wg8, WG8_030_WordsOfTheDeviceComeBeforeTheFirstPeer) {
  EXPECT_FALSE(SetWords({"peer", "$A", "listen-port", "7"}).ok());
  EXPECT_FALSE(SetWords({"allowed-ips", "10.0.0.1"}).ok());
  EXPECT_FALSE(SetWords({"peer"}).ok());
  EXPECT_FALSE(SetWords({"peer", "nonsense"}).ok());
}

TEST_F(Wg8, ValuesOfWords) {
  for (const auto& [text, mark] : std::vector<std::pair<std::string, uint32_t>>{
           {"off", 0}, {"OFF", 0}, {"0", 0}, {"010", 10}, {"42", 42}, {"0x2a", 42}, {"0xffffffff", 0xffffffff}, {"4294967295", 0xffffffff}}) {
    const absl::StatusOr<SetDevice> request = SetWords({"fwmark", text});
    ASSERT_TRUE(request.ok()) << text;
    EXPECT_EQ(request->fwmark, mark);
  }
  for (const char* wrong : {"", "0x", "0x123456789", "4294967296", "on", "-1", "2a"}) {
    EXPECT_FALSE(SetWords({"fwmark", wrong}).ok()) << wrong;
  }
  EXPECT_EQ(SetWords({"peer", "$A", "persistent-keepalive", "off"})->peers[0].persistent_keepalive, 0);
  EXPECT_FALSE(SetWords({"peer", "$A", "persistent-keepalive", "65536"}).ok());
  EXPECT_FALSE(SetWords({"listen-port", "65536"}).ok());
  EXPECT_EQ(SetWords({"peer", "$A", "endpoint", "demo.example:1"}).status().message(),
            "endpoint: \"demo.example:1\" is no endpoint; write an address and a port, as "
            "192.0.2.1:51820 or [2001:db8::1]:51820 (names are not looked up)");
}

TEST_F(Wg8, FilesMayHaveCommentsSpaceAndAnyCase) {
  const SetDevice file = File("# a file\n[INTERFACE] # here\n list en port = 5 1 8\n\r\n[pEEr]\n"
                              "publickey = $A\nALLOWEDIPS = 10.0.0.1 , 10.0.0.2\nallowedips=10.0.0.3\n");
  EXPECT_EQ(file.listen_port, 518);
  ASSERT_EQ(file.peers.size(), 1u);
  EXPECT_EQ(file.peers[0].allowed_ips.size(), 3u);
  EXPECT_TRUE(file.peers[0].replace_allowed_ips);
}

TEST_F(Wg8, WhatIsWrongWithAFileIsSaidWithItsPlaceAndWhatWouldBeRight) {
  EXPECT_EQ(FileError("x"), "f:1:1: \"x\" is no KEY = VALUE and no [Section]");
  EXPECT_EQ(FileError("ListenPort = 1"),
            "f:1:1: ListenPort is in no section; write [Interface] or [Peer] before it");
  EXPECT_EQ(FileError("\n [Pear]"), "f:2:2: there is no section [Pear]; write [Interface] or [Peer]");
  EXPECT_EQ(FileError("[Interface]\nAddress = 10.0.0.1"),
            "f:2:1: [Interface] has no Address; there are PrivateKey, ListenPort, FwMark");
  EXPECT_EQ(FileError("[Peer]\nAllowedIPs = 10.0.0.1\n\n[Peer]\nPublicKey = $A"),
            "f:1:1: the peer has no PublicKey; write PublicKey = KEY");
  EXPECT_EQ(FileError("[Peer]\nPublicKey = $A\n[Peer]\nAllowedIPs = 10.0.0.1"),
            "f:3:1: the peer has no PublicKey; write PublicKey = KEY");
  EXPECT_EQ(FileError("[Interface]\nListenPort = 70000"),
            "f:2:14: \"70000\" is no port; write 0 to 65535");
  EXPECT_EQ(FileError("[Peer]\nPublicKey = abc"),
            "f:2:13: \"abc\" is no key; write 44 characters of base64, as `wg genkey` prints them");
  EXPECT_EQ(FileError("[Peer]\nPublicKey=$A\nAllowedIPs = 10.0.0.1 / 33"),
            "f:3:14: \"10.0.0.1/33\" is no prefix: its length may be 0 to 32");
  EXPECT_EQ(FileError("[Peer]\nPublicKey=$A\nAllowedIPs = 10.0.0.1 ,\tfd00 :: g, 10.0.0.2"),
            "f:3:25: \"fd00::g\" is no address; write one, as 10.0.0.0/24 or fd00::1");
  EXPECT_EQ(FileError("[Peer]\nPublicKey=$A\nAllowedIPs = 10.0.0.1,"),
            "f:3:22: \"\" is no address; write one, as 10.0.0.0/24 or fd00::1");
}

}  // namespace
}  // namespace wg::wg8
