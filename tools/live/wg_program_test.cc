// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A second, independent client: the program wg configures a device of ours through the text protocol and shows it. What it
// shows is what the device holds, and what it asks for is, line by line, what protocol/wg8 asks for with the same words or
// file.
//
// Debian 12 has wg 1.0.20210914, which differs from newer ones in two things: it does not know + and - before an allowed ip,
// and its syncconf leaves a preshared key or keepalive that the file dropped (WG8-014).
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/errno.h"
#include "protocol/uapi/session.h"
#include "tools/live/uapi_socket.h"
#include "tools/live/wg_program_fixture.h"

namespace live {
namespace {

TEST_F(WgProgram, WG8_001_WG8_005_WG8_022_SetWithEveryWord) {
  Set({"listen-port",
       "51820",
       "fwmark",
       "0x2a",
       "private-key",
       Path("C"),
       "peer",
       "$A",
       "preshared-key",
       Path("B"),
       "endpoint",
       "192.0.2.1:9",
       "persistent-keepalive",
       "25",
       "allowed-ips",
       "10.0.0.1/32,10.1.0.0/16,fd00::/64",
       "peer",
       "$B",
       "endpoint",
       "[2001:db8::1]:10",
       "allowed-ips",
       ""});
  Set({"peer", "$A", "allowed-ips", "10.2.0.0/16"});
  Set({"peer", "$B", "allowed-ips", "10.2.0.0/16,::/0,0.0.0.0/0"});
  Set({"fwmark", "off", "private-key", Path("empty"), "peer", "$A", "preshared-key", Path("empty"),
       "persistent-keepalive", "off"});
  Set({"peer", "$A", "remove", "peer", "$C"});
  EXPECT_EQ(ours_.Get().peers.size(), 2u);
}

TEST_F(WgProgram, WG8_009_WG8_010_WG8_011_WG8_012_WG8_016_SetconfAddconfSyncconf) {
  const char* const first =
      "[Interface]\nPrivateKey = $C\nListenPort = 7\nFwMark = 9\n\n"
      "[Peer]\nPublicKey = $A\nAllowedIPs = 10.0.0.1, 10.0.0.2\nPresharedKey = "
      "$B\nPersistentKeepalive = 5\n"
      "[Peer]\nPublicKey = $B\nEndpoint = 192.0.2.9:1\n";
  Conf("setconf", first);
  Conf("addconf", "[Peer]\nPublicKey = $A\nAllowedIPs = 10.0.0.3\n");
  Conf("addconf", "[Peer]\nPublicKey = $C\nAllowedIPs = 10.0.0.4\n");
  Conf("syncconf", first);
  Conf("syncconf",
       "[Interface]\nPrivateKey = $C\n[Peer]\nPublicKey = $B\nAllowedIPs = 10.0.0.0/24\n");
  EXPECT_EQ(ours_.Get().peers.size(), 1u);
  Conf("syncconf", "[Interface]\nListenPort = 8\n");
  EXPECT_TRUE(ours_.Get().peers.empty());
  Conf("setconf", "");
}

TEST_F(WgProgram, WG8_021_WhatShowconfPrintsSetconfTakes) {
  Set({"listen-port", "1", "private-key", Path("A"), "peer", "$B", "allowed-ips", "10.0.0.0/8",
       "peer", "$C", "allowed-ips", "fd00::/8", "endpoint", "192.0.2.1:2"});
  ASSERT_EQ(Wg({"showconf", kInterface}), 0);
  const std::string printed = out_;
  Conf("setconf", printed);
  Wg({"showconf", kInterface});
  EXPECT_EQ(out_, printed);
}

TEST_F(WgProgram, WG8_020_WG8_023_ShowsItsFieldsOneByOne) {
  Set({"listen-port", "51820", "fwmark", "7", "private-key", Path("C"), "peer", "$A", "allowed-ips",
       "10.0.0.1/32,fd00::1/128", "endpoint", "192.0.2.1:9"});
  const auto show = [&](const std::string& field) {
    EXPECT_EQ(Wg({"show", kInterface, field}), 0) << err_;
    return out_;
  };
  EXPECT_EQ(show("listen-port"), "51820\n");
  EXPECT_EQ(show("fwmark"), "0x7\n");
  EXPECT_EQ(show("private-key"), Fill("$C\n"));
  EXPECT_EQ(show("public-key"), wg::ToBase64(ours_.Get().public_key->bytes) + "\n");
  EXPECT_EQ(show("peers"), Fill("$A\n"));
  EXPECT_EQ(show("endpoints"), Fill("$A\t192.0.2.1:9\n"));
  EXPECT_EQ(show("allowed-ips"), Fill("$A\t10.0.0.1/32 fd00::1/128\n"));
  EXPECT_EQ(show("latest-handshakes"), Fill("$A\t0\n"));
  EXPECT_EQ(show("transfer"), Fill("$A\t0\t0\n"));
  EXPECT_EQ(show("persistent-keepalive"), Fill("$A\toff\n"));
  EXPECT_EQ(show("preshared-keys"), Fill("$A\t(none)\n"));
  Set({"peer", "$B"});
  EXPECT_EQ(show("endpoints"), Fill("$A\t192.0.2.1:9\n$B\t(none)\n"));
  EXPECT_EQ(show("allowed-ips"), Fill("$A\t10.0.0.1/32 fd00::1/128\n$B\t(none)\n"));
  Set({"fwmark", "0", "private-key", Path("empty")});
  EXPECT_EQ(show("fwmark"), "off\n");
  EXPECT_EQ(show("private-key"), "(none)\n");
  EXPECT_EQ(show("public-key"), "(none)\n");
  EXPECT_EQ(Wg({"show", "all", "listen-port"}), 0);
  EXPECT_EQ(out_, absl::StrCat(kInterface, "\t51820\n"));
  EXPECT_EQ(Wg({"show", "interfaces"}), 0);
  EXPECT_EQ(out_, absl::StrCat(kInterface, "\n"));
}

TEST_F(WgProgram, AListOfAThousandAddressesIsOneRequest) {
  std::string list;
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&list, i == 0 ? "" : ",", "10.0.", i / 250, ".", i % 250);
  }
  Set({"peer", "$A", "allowed-ips", list});
  EXPECT_EQ(ours_.Get().peers[0].allowed_ips.size(), 1000u);
}

TEST_F(WgProgram, ShowsWhatTheDeviceAnswersAsAnError) {
  class Refusing : public wg::uapi::Handler {
   public:
    wg::GetDevice Get() override { return {}; }
    bool HasPeer(const wg::PublicKey&) override { return false; }
    wg::Errno Set(const wg::SetDevice&) override { return error; }
    wg::Errno error = wg::Errno::kOk;
  } refusing;
  socket_.reset();
  auto socket = UapiSocket::Listen(absl::StrCat(kUapiFolder, "/", kInterface, ".sock"), &refusing);
  ASSERT_TRUE(socket.ok()) << socket.status();
  socket_ = *std::move(socket);
  EXPECT_EQ(Wg({"set", kInterface, "listen-port", "7"}), 0);
  refusing.error = wg::Errno::kAddrInUse;
  EXPECT_EQ(Wg({"set", kInterface, "listen-port", "7"}), 1);
  EXPECT_EQ(err_, "Unable to modify interface: Address already in use\n");
  refusing.error = wg::Errno::kInval;
  EXPECT_EQ(Wg({"set", kInterface, "listen-port", "7"}), 1);
  EXPECT_EQ(err_, "Unable to modify interface: Invalid argument\n");
}

TEST_F(WgProgram, ASocketThatIsServedIsNotTakenOverAndOneThatIsLeftBehindIs) {
  const std::string path = absl::StrCat(kUapiFolder, "/", kInterface, ".sock");
  EXPECT_EQ(UapiSocket::Listen(path, &ours_).status().code(), absl::StatusCode::kAlreadyExists);
  socket_.reset();
  struct stat status;
  EXPECT_NE(stat(path.c_str(), &status), 0) << "it takes its file along";
  const pid_t child = fork();
  if (child == 0) {
    auto left = UapiSocket::Listen(path, &ours_);
    _exit(left.ok() ? 0 : 1);  // without destructors
  }
  int ended = 0;
  waitpid(child, &ended, 0);
  ASSERT_EQ(ended, 0);
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_TRUE(UapiSocket::Listen(path, &ours_).ok());
}

}  // namespace
}  // namespace live

int main(int argc, char** argv) { return live::RunTestsWithWg(argc, argv); }
