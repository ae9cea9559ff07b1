// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A second, independent client: the program wg of Debian's wireguard-tools configures a device of ours through the text
// protocol and shows it. What it shows is what the device holds, and what it asks for is, line by line, what protocol/wg8
// asks for with the same words or file; what one of them does not take the other does not take either.
//
// Debian 12 has wg 1.0.20210914, which differs from newer ones in two things: it does not know + and - before an allowed ip,
// and its syncconf leaves a preshared key or keepalive that the file dropped (WG8-014).
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
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "protocol/uapi/session.h"
#include "protocol/uapi/test_handler.h"
#include "protocol/uapi/text_set.h"
#include "protocol/wg8/commands.h"
#include "protocol/wg8/config_file.h"
#include "protocol/wg8/show.h"
#include "tools/live/uapi_socket.h"

namespace live {
namespace {

constexpr char kInterface[] = "wgsimtest";
// wg is killed after this: nothing that it does here takes a second, and a test that waits for it for ever says nothing.
constexpr unsigned kSecondsOfWg = 60;

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
  return absl::StrReplaceAll(text, {{"$A", Key('A')},
                                     {"$B", Key('B')},
                                     {"$C", Key('C')},
                                     {"$Z", wg::ToBase64(wg::KeyBytes{})}});
}

// A device that remembers what it was asked.
class Recorder : public wg::uapi::Handler {
 public:
  wg::GetDevice Get() override { return device_.Get(); }
  bool HasPeer(const wg::PublicKey& key) override { return device_.HasPeer(key); }
  wg::Errno Set(const wg::SetDevice& request) override {
    asked_ += wg::uapi::FormatSet(request);
    return device_.Set(request);
  }
  // Since the last time.
  std::string TakeAsked() { return std::exchange(asked_, ""); }

 private:
  wg::uapi::TestHandler device_{&wg::RealCrypto()};
  std::string asked_;
};

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
      alarm(kSecondsOfWg);
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
    ASSERT_EQ(Wg(SetCommand(words)), 0) << err_;
    const absl::StatusOr<wg::SetDevice> request = Read(words);
    ASSERT_TRUE(request.ok()) << request.status();
    Ask(*request);
    ExpectAgreement();
  }
  static std::vector<std::string> SetCommand(const std::vector<std::string>& words) {
    std::vector<std::string> command = {"set", kInterface};
    command.insert(command.end(), words.begin(), words.end());
    return command;
  }
  static absl::StatusOr<wg::SetDevice> Read(const std::vector<std::string>& words) {
    return wg::wg8::SetRequest(
        words, [](const std::string& path) -> absl::StatusOr<std::string> { return ReadFile(path); });
  }
  // By the same way as wg: as text.
  void Ask(const wg::SetDevice& request) {
    EXPECT_EQ(wg::uapi::Session(&theirs_).Feed(wg::uapi::FormatSet(request)), "errno=0\n\n");
  }

  // wg and we take these words, or neither does; then both ask for the same.
  void ExpectSameOpinionOf(std::vector<std::string> words) {
    for (std::string& word : words) word = Fill(word);
    const std::string shown = absl::StrJoin(words, " ");
    const absl::StatusOr<wg::SetDevice> request = Read(words);
    EXPECT_EQ(Wg(SetCommand(words)), request.ok() ? 0 : 1) << shown << "\n" << err_ << request.status();
    if (request.ok()) Ask(*request);
    EXPECT_EQ(theirs_.TakeAsked(), ours_.TakeAsked()) << shown;
  }
  void ExpectSameOpinionOfFile(absl::string_view text) {
    const std::string file = Fill(text);
    WriteFile(Path("conf"), file);
    const absl::StatusOr<wg::SetDevice> request = wg::wg8::ParseConfigFile(file, "conf");
    EXPECT_EQ(Wg({"setconf", kInterface, Path("conf")}), request.ok() ? 0 : 1)
        << file << "\n" << err_ << request.status();
    if (request.ok()) Ask(wg::wg8::SetconfRequest(*request));
    EXPECT_EQ(theirs_.TakeAsked(), ours_.TakeAsked()) << file;
  }

  // `wg setconf`, `addconf`, `syncconf` with a file.
  void Conf(const std::string& command, absl::string_view text) {
    WriteFile(Path("conf"), Fill(text));
    ASSERT_EQ(Wg({command, kInterface, Path("conf")}), 0) << err_;
    const absl::StatusOr<wg::SetDevice> file = wg::wg8::ParseConfigFile(Fill(text), "conf");
    ASSERT_TRUE(file.ok()) << file.status();
    Ask(command == "setconf"   ? wg::wg8::SetconfRequest(*file)
        : command == "addconf" ? wg::wg8::AddconfRequest(*file)
                               : wg::wg8::SyncconfRequest(*file, theirs_.Get()));
    ExpectAgreement();
  }

  void ExpectAgreement() {
    EXPECT_EQ(theirs_.TakeAsked(), ours_.TakeAsked()) << "wg and protocol/wg8 ask for the same";
    const std::string dump = wg::wg8::ShowDump(ours_.Get());
    EXPECT_EQ(wg::wg8::ShowDump(theirs_.Get()), dump);
    EXPECT_EQ(Wg({"show", kInterface, "dump"}), 0) << err_;
    EXPECT_EQ(out_, dump) << "wg shows what the device holds";
    EXPECT_EQ(Wg({"showconf", kInterface}), 0) << err_;
    EXPECT_EQ(out_, wg::wg8::ShowConf(ours_.Get()));
  }

  Recorder ours_;    // configured by wg
  Recorder theirs_;  // configured by protocol/wg8
  std::unique_ptr<UapiSocket> socket_;
  std::string out_, err_;
};

TEST_F(WgProgram, WG8_001_WG8_005_WG8_022_SetWithEveryWord) {
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

TEST_F(WgProgram, WG8_009_WG8_010_WG8_011_WG8_012_WG8_016_SetconfAddconfSyncconf) {
  const char* const first =
      "[Interface]\nPrivateKey = $C\nListenPort = 7\nFwMark = 9\n\n"
      "[Peer]\nPublicKey = $A\nAllowedIPs = 10.0.0.1, 10.0.0.2\nPresharedKey = $B\nPersistentKeepalive = 5\n"
      "[Peer]\nPublicKey = $B\nEndpoint = 192.0.2.9:1\n";
  Conf("setconf", first);
  Conf("addconf", "[Peer]\nPublicKey = $A\nAllowedIPs = 10.0.0.3\n");
  Conf("addconf", "[Peer]\nPublicKey = $C\nAllowedIPs = 10.0.0.4\n");
  Conf("syncconf", first);
  Conf("syncconf", "[Interface]\nPrivateKey = $C\n[Peer]\nPublicKey = $B\nAllowedIPs = 10.0.0.0/24\n");
  EXPECT_EQ(ours_.Get().peers.size(), 1u);
  Conf("syncconf", "[Interface]\nListenPort = 8\n");
  EXPECT_TRUE(ours_.Get().peers.empty());
  Conf("setconf", "");
}

TEST_F(WgProgram, WG8_021_WhatShowconfPrintsSetconfTakes) {
  Set({"listen-port", "1", "private-key", Path("A"), "peer", "$B", "allowed-ips", "10.0.0.0/8", "peer", "$C",
       "allowed-ips", "fd00::/8", "endpoint", "192.0.2.1:2"});
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

TEST_F(WgProgram, WG8_007_WG8_008_WG8_030_TakesTheWordsThatWeTake) {
  for (const char* mark : {"OFF", "off", "0X10", "0x", "10", "010", "-1", "+1", " 5", "0xffffffff", "0xfffffffff",
                           "0xFf", "4294967296", "2a", "", "0x0"}) {
    ExpectSameOpinionOf({"fwmark", mark});
  }
  for (const char* port : {"0", "65535", "-1", "", "off", "05", "x"}) ExpectSameOpinionOf({"listen-port", port});
  for (const char* seconds : {"OFF", "0", "65535", "65536", "", "-1", "07", "+7", "x"}) {
    ExpectSameOpinionOf({"peer", "$A", "persistent-keepalive", seconds});
  }
  for (const char* list :
       {"1.2.3.4", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/033", "1.2.3.4/08", "1.2.3.4/0", "/8", ",", "1.2.3.4,",
        "1.2.3.4,,1.2.3.5", "", " ", "1.2.3.4 /8", "1. 2.3.4 , fd00::1", "01.2.3.4", "1.2.3", "::1/129", "::1/0",
        "::ffff:1.2.3.4/128", "fd00::%lo/64", "1.2.3.4/+8", "1.2.3.4/-1", "1.2.3.4/8/9", "FD00::1", "::1.2.3.4",
        "1.2.3.4/00000000000008", "1.2.3.4/4294967304", "--1.2.3.4", "+-1.2.3.4", "1.2.3.4,1.2.3.4/32"}) {
    ExpectSameOpinionOf({"peer", "$A", "allowed-ips", list});
  }
  for (const char* endpoint : {"192.0.2.1:5", "192.0.2.1", "192.0.2.1:", "192.0.2.1:0", "[::1]:5", "[::1]", "[]:5"}) {
    ExpectSameOpinionOf({"peer", "$A", "endpoint", endpoint});
  }
  for (const std::string& text : {std::string(), Key('A'), Key('A') + " \n\n", std::string("\n"), " " + Key('A'),
                                  Key('A') + "x", Key('A') + "\n" + Key('B'), Key('A').substr(1)}) {
    WriteFile(Path("key"), text);
    ExpectSameOpinionOf({"private-key", Path("key")});
    ExpectSameOpinionOf({"peer", "$A", "preshared-key", Path("key")});
  }
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"peer", "$A", "listen-port", "1"}, {"LISTEN-PORT", "1"}, {"peer", "$A", "remove", "allowed-ips", "1.2.3.4"},
           {"peer", "$A", "peer", "$A"}, {"peer", "x"}, {"peer"}, {"fwmark", "1", "fwmark", "2"}, {"remove", "peer", "$A"},
           {"peer", "$A", "allowed-ips", "1.2.3.4", "allowed-ips", ""}, {"peer", "$A", "endpoint"}}) {
    ExpectSameOpinionOf(words);
  }
}

TEST_F(WgProgram, WG8_006_TakesTheFilesThatWeTake) {
  for (const char* file :
       {"", "\n \n", "[Interface]\nListenPort=1\nListenPort=2\n", "[Peer]\nPublicKey=$A\nPublicKey=$B",
        "[Interface][Peer]\n", "[Interface] \n[interface]\nfwmark=1", "[ Inter face ]\nLISTENPORT = 1 2",
        "[Peer]\nAllowedIPs=1.2.3.4\nPublicKey=$A", "[Peer]\nPublicKey=$A\nAllowedIPs=\n",
        "[Peer]\nPublicKey=$A\nAllowedIPs= # none\n", "[Peer]\nPublicKey=$A\nAllowedIPs=,\n",
        "[Interface]\nListenPort\n", "[Interface]\n#ListenPort\n", "[Interface]\n;x\n", "[Interface]\nFwMark=OFF\n",
        "[Peer]\nPublicKey=$A\nPersistentKeepalive=OFF", "[Peer]\nPublicKey=$A\nPresharedKey=$Z",
        "[Interface]\nPrivateKey=$Z", "[Interface]\nPrivateKey=\n", "[Interface]\nPrivateKey=$A x\n",
        "[Peer]\nPublicKey=$A\nAllowedIPs=1.2.3.4,1.2.3.4\nAllowedIPs=1.2.3.5",
        "[Peer]\nPublicKey=$A\n[Peer]\nPublicKey=$A\nAllowedIPs=1.2.3.4", "[Interface]\nListenPort==1",
        "[Peer]\nPublicKey=$A\n[Interface]\nListenPort=1\n", "[Peer]\n[Interface]\n", "ListenPort=1\n", "[Peer]\n",
        "[Interface]\n=1\n", "[Interface]\nPublicKey=$A\n", "[Peer]\nPublicKey=$A\nListenPort=1\n",
        "[Peer]\r\nPublicKey=$A\r\nEndpoint=192.0.2.1:5\r\n", "[Interface]\nAddress=10.0.0.1\n", "[Peer"}) {
    ExpectSameOpinionOfFile(file);
  }
}

TEST_F(WgProgram, WhatOnlyALookUpReadsAsANumberIsNotForUs) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"listen-port", "65536"}, {"listen-port", " 7"}, {"listen-port", "+7"}, {"peer", "$A", "endpoint", "127.1:5"},
           {"peer", "$A", "endpoint", "[127.0.0.1]:5"}, {"peer", "$A", "endpoint", "::1:5"}}) {
    std::vector<std::string> filled;
    for (const std::string& word : words) filled.push_back(Fill(word));
    EXPECT_EQ(Wg(SetCommand(filled)), 0) << err_;
    EXPECT_FALSE(Read(filled).ok()) << filled.back();
  }
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


// Namespaces are entered while there is one thread.
int Main(int argc, char** argv) {
  Obstacle() = PrepareNamespace();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

}  // namespace live

int main(int argc, char** argv) { return live::Main(argc, argv); }
