// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A second, independent client: the program wg of Debian's wireguard-tools configures a device of ours through the text
// protocol and shows it. What it shows is what the device holds, and what it asked for is what protocol/wg8 asks for with
// the same words or file.
//
// wg looks for sockets in /var/run/wireguard, so the test makes a mount namespace of its own with an empty /run.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "protocol/uapi/test_handler.h"
#include "protocol/wg8/commands.h"
#include "protocol/wg8/config_file.h"
#include "protocol/wg8/show.h"
#include "tools/live/uapi_socket.h"

namespace live {
namespace {

constexpr char kInterface[] = "wgsimtest";

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// Why wg cannot be run against us here; empty if it can.
std::string PrepareNamespace() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (unshare(CLONE_NEWNS) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
      return "neither a mount nor a user namespace is permitted here";
    }
    WriteFile("/proc/self/setgroups", "deny");
    WriteFile("/proc/self/uid_map", absl::StrCat("0 ", uid, " 1"));
    WriteFile("/proc/self/gid_map", absl::StrCat("0 ", gid, " 1"));
  }
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("none", "/run", "tmpfs", 0, nullptr) != 0) {
    return "/run cannot be mounted over in a namespace of our own";
  }
  struct stat status;
  if (stat("/usr/bin/wg", &status) != 0) return "wg is not installed (package wireguard-tools)";
  return "";
}

// What PrepareNamespace said.
std::string& Obstacle() {
  static std::string obstacle;
  return obstacle;
}

std::string Key(char name) {
  wg::KeyBytes bytes;
  bytes.fill(static_cast<uint8_t>(name));
  // A valid scalar, which wg does not have to change.
  bytes[0] &= 248;
  bytes[31] = (bytes[31] & 127) | 64;
  return wg::ToBase64(bytes);
}

std::string Fill(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"$A", Key('A')}, {"$B", Key('B')}, {"$C", Key('C')}});
}

class WgProgram : public testing::Test {
 protected:
  void SetUp() override {
    if (!Obstacle().empty()) GTEST_SKIP() << Obstacle();
    auto socket = UapiSocket::Listen(absl::StrCat(kUapiFolder, "/", kInterface, ".sock"), &ours_);
    ASSERT_TRUE(socket.ok()) << socket.status();
    socket_ = *std::move(socket);
    for (const char* name : {"A", "B", "C"}) WriteFile(Path(name), Key(name[0]) + "\n");
    WriteFile(Path("empty"), "");
  }

  static std::string Path(const std::string& name) {
    return absl::StrCat(testing::TempDir(), "/wg_program_", name);
  }

  // Runs `wg WORDS...` and serves the socket until it has ended. Returns its exit status.
  int Wg(const std::vector<std::string>& words) {
    std::vector<std::string> arguments = {"wg"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const std::string out = Path("out"), err = Path("err");
    const pid_t child = fork();
    if (child == 0) {
      dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
      dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
      setenv("WG_HIDE_KEYS", "never", 1);
      setenv("WG_COLOR_MODE", "never", 1);
      setenv("WG_ENDPOINT_RESOLUTION_RETRIES", "1", 1);
      execv("/usr/bin/wg", argv.data());
      _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
      std::vector<pollfd> fds;
      socket_->AppendTo(&fds);
      poll(fds.data(), fds.size(), 10);
      socket_->Serve();
    }
    out_ = ReadFile(out);
    err_ = ReadFile(err);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // `wg set` and our reading of the same words have the same effect.
  void Set(std::vector<std::string> words) {
    for (std::string& word : words) word = Fill(word);
    std::vector<std::string> command = {"set", kInterface};
    command.insert(command.end(), words.begin(), words.end());
    ASSERT_EQ(Wg(command), 0) << err_;
    const absl::StatusOr<wg::SetDevice> request = wg::wg8::SetRequest(
        words, [](const std::string& path) -> absl::StatusOr<std::string> { return ReadFile(path); });
    ASSERT_TRUE(request.ok()) << request.status();
    theirs_.Set(*request);
    ExpectAgreement();
  }

  // `wg setconf`, `addconf`, `syncconf` with a file.
  void Conf(const std::string& command, absl::string_view text) {
    WriteFile(Path("conf"), Fill(text));
    ASSERT_EQ(Wg({command, kInterface, Path("conf")}), 0) << err_;
    const absl::StatusOr<wg::SetDevice> file = wg::wg8::ParseConfigFile(Fill(text), "conf");
    ASSERT_TRUE(file.ok()) << file.status();
    theirs_.Set(command == "setconf"   ? wg::wg8::SetconfRequest(*file)
                : command == "addconf" ? wg::wg8::AddconfRequest(*file)
                                       : wg::wg8::SyncconfRequest(*file, theirs_.Get()));
    ExpectAgreement();
  }

  void ExpectAgreement() {
    const std::string dump = wg::wg8::ShowDump(ours_.Get());
    EXPECT_EQ(wg::wg8::ShowDump(theirs_.Get()), dump) << "wg and protocol/wg8 ask for the same";
    EXPECT_EQ(Wg({"show", kInterface, "dump"}), 0) << err_;
    EXPECT_EQ(out_, dump) << "wg shows what the device holds";
    EXPECT_EQ(Wg({"showconf", kInterface}), 0) << err_;
    EXPECT_EQ(out_, wg::wg8::ShowConf(ours_.Get()));
  }

  wg::uapi::TestHandler ours_{&wg::RealCrypto()};    // configured by wg
  wg::uapi::TestHandler theirs_{&wg::RealCrypto()};  // configured by protocol/wg8
  std::unique_ptr<UapiSocket> socket_;
  std::string out_, err_;
};

TEST_F(WgProgram, SetWithEveryWord) {
  Set({"listen-port", "51820", "fwmark", "0x2a", "private-key", Path("C"), "peer", "$A", "preshared-key",
       Path("B"), "endpoint", "192.0.2.1:9", "persistent-keepalive", "25", "allowed-ips",
       "10.0.0.1/32,10.1.0.0/16,fd00::/64", "peer", "$B", "endpoint", "[2001:db8::1]:10", "allowed-ips", ""});
  Set({"peer", "$A", "allowed-ips", "10.2.0.0/16"});
  Set({"peer", "$B", "allowed-ips", "10.2.0.0/16,::/0,0.0.0.0/0"});
  Set({"fwmark", "off", "private-key", Path("empty"), "peer", "$A", "preshared-key", Path("empty"),
       "persistent-keepalive", "off"});
  Set({"peer", "$A", "remove", "peer", "$C"});
  EXPECT_EQ(ours_.Get().peers.size(), 2u);
}

TEST_F(WgProgram, SetconfAddconfSyncconf) {
  const char* const first =
      "[Interface]\nPrivateKey = $C\nListenPort = 7\nFwMark = 9\n\n"
      "[Peer]\nPublicKey = $A\nAllowedIPs = 10.0.0.1, 10.0.0.2\nPresharedKey = $B\nPersistentKeepalive = 5\n"
      "[Peer]\nPublicKey = $B\nEndpoint = 192.0.2.9:1\n";
  Conf("setconf", first);
  Conf("addconf", "[Peer]\nPublicKey = $A\nAllowedIPs = 10.0.0.3\n");
  Conf("addconf", "[Peer]\nPublicKey = $C\nAllowedIPs = 10.0.0.4\n");
  Conf("syncconf", first);
  // A preshared key or keepalive that the file dropped is left out here: wg of 2021, which Debian 12 has, leaves the
  // device's as it is, newer ones clear it (WG8-014).
  Conf("syncconf", "[Interface]\nPrivateKey = $C\n[Peer]\nPublicKey = $B\nAllowedIPs = 10.0.0.0/24\n");
  EXPECT_EQ(ours_.Get().peers.size(), 1u);
  Conf("syncconf", "[Interface]\nListenPort = 8\n");
  EXPECT_TRUE(ours_.Get().peers.empty());
  Conf("setconf", "");
}

TEST_F(WgProgram, WhatShowconfPrintsSetconfTakes) {
  Set({"listen-port", "1", "private-key", Path("A"), "peer", "$B", "allowed-ips", "10.0.0.0/8", "peer", "$C",
       "allowed-ips", "fd00::/8", "endpoint", "192.0.2.1:2"});
  ASSERT_EQ(Wg({"showconf", kInterface}), 0);
  const std::string printed = out_;
  Conf("setconf", printed);
  Wg({"showconf", kInterface});
  EXPECT_EQ(out_, printed);
}

TEST_F(WgProgram, ShowsItsFieldsOneByOne) {
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

TEST_F(WgProgram, ARefusalIsSeenByWg) {
  EXPECT_EQ(Wg({"set", kInterface, "peer", "nonsense"}), 1);
  EXPECT_TRUE(ours_.Get().peers.empty());
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


// Namespaces are entered while there is one thread.
int Main(int argc, char** argv) {
  Obstacle() = PrepareNamespace();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

}  // namespace live

int main(int argc, char** argv) { return live::Main(argc, argv); }
