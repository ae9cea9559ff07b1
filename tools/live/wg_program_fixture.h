// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: the program wg of Debian's wireguard-tools, run against a device of ours, and beside it a device that
// protocol/wg8 configures with the same words or file.
//
// wg looks for sockets in /var/run/wireguard, so a test makes a mount namespace of its own with an empty /run.
#ifndef WGSIM_TOOLS_LIVE_WG_PROGRAM_FIXTURE_H_
#define WGSIM_TOOLS_LIVE_WG_PROGRAM_FIXTURE_H_

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/errno.h"
#include "protocol/uapi/session.h"
#include "protocol/uapi/test_handler.h"
#include "protocol/uapi/text_set.h"
#include "protocol/wg8/commands.h"
#include "protocol/wg8/config_file.h"
#include "protocol/wg8/show.h"
#include "tools/live/uapi_socket.h"

namespace live {

inline constexpr char kInterface[] = "wgsimtest";
// wg is killed after this: nothing that it does here takes a second, and a test that waits for it for ever says nothing.
inline constexpr unsigned kSecondsOfWg = 60;

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// Why wg cannot be run against us here; empty if it can.
inline std::string PrepareNamespace() {
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
inline std::string& Obstacle() {
  static std::string obstacle;
  return obstacle;
}

inline std::string Key(char name) {
  wg::KeyBytes bytes;
  bytes.fill(static_cast<uint8_t>(name));
  // A valid scalar, which wg does not have to change.
  bytes[0] &= 248;
  bytes[31] = (bytes[31] & 127) | 64;
  return wg::ToBase64(bytes);
}

inline std::string Fill(absl::string_view text) {
  return absl::StrReplaceAll(
      text,
      {{"$A", Key('A')}, {"$B", Key('B')}, {"$C", Key('C')}, {"$Z", wg::ToBase64(wg::KeyBytes{})}});
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
    return wg::wg8::SetRequest(words, [](const std::string& path) -> absl::StatusOr<std::string> {
      return ReadFile(path);
    });
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
    EXPECT_EQ(Wg(SetCommand(words)), request.ok() ? 0 : 1) << shown << "\n"
                                                           << err_ << request.status();
    if (request.ok()) Ask(*request);
    EXPECT_EQ(theirs_.TakeAsked(), ours_.TakeAsked()) << shown;
  }
  void ExpectSameOpinionOfFile(absl::string_view text) {
    const std::string file = Fill(text);
    WriteFile(Path("conf"), file);
    const absl::StatusOr<wg::SetDevice> request = wg::wg8::ParseConfigFile(file, "conf");
    EXPECT_EQ(Wg({"setconf", kInterface, Path("conf")}), request.ok() ? 0 : 1)
        << file << "\n"
        << err_ << request.status();
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

// For main: namespaces are entered while there is one thread.
inline int RunTestsWithWg(int argc, char** argv) {
  Obstacle() = PrepareNamespace();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_WG_PROGRAM_FIXTURE_H_
