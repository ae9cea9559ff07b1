// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/conform/sandbox.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace conformance {
namespace {

constexpr int kNamespaces = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID;
// The first byte of the output says how it went.
constexpr char kGood = '+', kNotPermitted = '-';

void WriteFile(const char* path, const std::string& text) { std::ofstream(path) << text; }

void WriteAll(int fd, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(fd, text.data(), text.size());
    if (wrote <= 0 && errno != EINTR) _exit(1);
    if (wrote > 0) text.remove_prefix(static_cast<size_t>(wrote));
  }
}

// What is wrong; "" if nothing.
std::string Separate() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (unshare(kNamespaces) == 0) return "";
  if (unshare(CLONE_NEWUSER | kNamespaces) != 0) {
    return absl::StrCat("namespaces are not permitted here: ", std::strerror(errno));
  }
  WriteFile("/proc/self/setgroups", "deny");
  WriteFile("/proc/self/uid_map", absl::StrCat("0 ", uid, " 1"));
  WriteFile("/proc/self/gid_map", absl::StrCat("0 ", gid, " 1"));
  return "";
}

std::string Furnish() {
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return "mounts cannot be made private";
  if (mount("none", "/run", "tmpfs", 0, nullptr) != 0) return "/run cannot be mounted over";
  if (mount("proc", "/proc", "proc", 0, nullptr) != 0) return "/proc cannot be mounted";
  if (access("/dev/net/tun", R_OK | W_OK) != 0) return "there is no /dev/net/tun to be used";
  return "";
}

// Process 1 of its namespace: ends all when it ends.
[[noreturn]] void First(const std::function<std::string()>& body, int out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  if (const std::string wrong = Furnish(); !wrong.empty()) {
    WriteAll(out, absl::StrCat(std::string(1, kNotPermitted), wrong));
    _exit(1);
  }
  WriteAll(out, absl::StrCat(std::string(1, kGood), body()));
  _exit(0);
}

[[noreturn]] void Child(const std::function<std::string()>& body, int out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (const std::string wrong = Separate(); !wrong.empty()) {
    WriteAll(out, absl::StrCat(std::string(1, kNotPermitted), wrong));
    _exit(1);
  }
  const pid_t first = fork();
  if (first == 0) First(body, out);
  int status = 0;
  if (first > 0) waitpid(first, &status, 0);
  _exit(first > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

}  // namespace

absl::StatusOr<Sandbox> Sandbox::Start(const std::function<std::string()>& body) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::InternalError(std::strerror(errno));
  live::Fd in(ends[0]), out(ends[1]);
  const pid_t child = fork();
  if (child < 0) return absl::InternalError(std::strerror(errno));
  if (child == 0) Child(body, out.get());
  fcntl(in.get(), F_SETFL, O_NONBLOCK);
  return Sandbox(child, std::move(in));
}

Sandbox::~Sandbox() {
  if (!output_) return;  // moved from
  Kill();
  if (child_ > 0) waitpid(child_, nullptr, 0);
}

void Sandbox::Kill() {
  if (child_ > 0) kill(child_, SIGKILL);
}

bool Sandbox::Read() {
  char buffer[65536];
  while (true) {
    const ssize_t got = read(output_.get(), buffer, sizeof(buffer));
    if (got > 0) {
      text_.append(buffer, static_cast<size_t>(got));
    } else if (got < 0 && errno == EINTR) {
      continue;
    } else {
      return got < 0 && errno == EAGAIN;
    }
  }
}

absl::StatusOr<std::string> Sandbox::Wait() {
  fcntl(output_.get(), F_SETFL, 0);
  while (Read()) {
  }
  int status = 0;
  waitpid(std::exchange(child_, -1), &status, 0);
  absl::string_view text = text_;
  if (absl::ConsumePrefix(&text, std::string(1, kNotPermitted)))
    return absl::PermissionDeniedError(text);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 ||
      !absl::ConsumePrefix(&text, std::string(1, kGood))) {
    return absl::InternalError("the process that talks to the target died");
  }
  return std::string(text);
}

absl::Status SandboxesArePermitted() {
  absl::StatusOr<Sandbox> sandbox = Sandbox::Start([] { return std::string(); });
  return sandbox.ok() ? sandbox->Wait().status() : sandbox.status();
}

}  // namespace conformance
