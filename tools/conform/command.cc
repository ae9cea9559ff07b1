// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/conform/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/live/fd.h"

namespace conformance {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLongest(20);
constexpr int kNotFound = 127;

// The child. What it wants to say goes to `out`.
[[noreturn]] void Become(const std::vector<std::string>& words, int in, int out) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  signal(SIGPIPE, SIG_DFL);
  execvp(argv[0], argv.data());
  _exit(kNotFound);
}

}  // namespace

absl::StatusOr<Ended> RunWords(const std::vector<std::string>& words, const std::string& input) {
  const live::Fd in(memfd_create("input", MFD_CLOEXEC));
  const live::Fd out(memfd_create("output", MFD_CLOEXEC));
  if (!in || !out) return absl::InternalError(std::strerror(errno));
  if (write(in.get(), input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
    return absl::InternalError("the input is too long");
  }
  lseek(in.get(), 0, SEEK_SET);
  const pid_t child = fork();
  if (child == 0) Become(words, in.get(), out.get());
  if (child < 0) return absl::InternalError(std::strerror(errno));
  int status = 0;
  const Clock::time_point end = Clock::now() + kLongest;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (Clock::now() > end) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return absl::DeadlineExceededError(absl::StrCat(absl::StrJoin(words, " "), " has not ended"));
    }
    poll(nullptr, 0, 1);
  }
  Ended ended{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), ""};
  const off_t size = lseek(out.get(), 0, SEEK_END);
  ended.out.resize(static_cast<size_t>(std::max<off_t>(size, 0)));
  if (pread(out.get(), ended.out.data(), ended.out.size(), 0) < 0) ended.out.clear();
  if (ended.code == kNotFound && ended.out.empty()) {
    return absl::NotFoundError(absl::StrCat(words[0], " is not installed"));
  }
  return ended;
}

absl::Status RunCommand(const std::vector<std::string>& words) {
  const absl::StatusOr<Ended> ended = RunWords(words);
  if (!ended.ok()) return ended.status();
  if (ended->code == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat(absl::StrJoin(words, " "), ": exit code ", ended->code, "\n", ended->out));
}

}  // namespace conformance
