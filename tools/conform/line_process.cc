// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/conform/line_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

namespace conformance {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// After its stdin is closed.
constexpr milliseconds kGrace(500);

absl::Status Failed(absl::string_view what) {
  return absl::InternalError(absl::StrCat(what, ": ", std::strerror(errno)));
}

// False: not in time.
bool WaitFor(int fd, short events, Clock::time_point end) {
  const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
  pollfd wait{fd, events, 0};
  return left.count() > 0 && poll(&wait, 1, static_cast<int>(left.count())) > 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LineProcess>> LineProcess::Start(const std::string& command) {
  int in[2], out[2];
  // Sockets: writing to one whose reader has gone need not kill the writer.
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0) return Failed("socketpair");
  live::Fd in_here(in[0]), in_there(in[1]);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out) != 0) return Failed("socketpair");
  live::Fd out_here(out[0]), out_there(out[1]);
  const pid_t child = fork();
  if (child < 0) return Failed("fork");
  if (child == 0) {
    setpgid(0, 0);
    dup2(in_there.get(), STDIN_FILENO);
    dup2(out_there.get(), STDOUT_FILENO);
    signal(SIGPIPE, SIG_DFL);
    execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  setpgid(child, child);
  return absl::WrapUnique(new LineProcess(child, std::move(in_here), std::move(out_here)));
}

LineProcess::LineProcess(pid_t child, live::Fd in, live::Fd out)
    : child_(child), in_(std::move(in)), out_(std::move(out)) {}

LineProcess::~LineProcess() {
  if (child_ != 0) End().IgnoreError();
}

absl::Status LineProcess::End() {
  in_ = live::Fd();
  int status = 0;
  const Clock::time_point end = Clock::now() + kGrace;
  while (waitpid(child_, &status, WNOHANG) == 0) {
    if (Clock::now() > end) {
      kill(-child_, SIGKILL);
      waitpid(child_, &status, 0);
      break;
    }
    poll(nullptr, 0, 1);
  }
  // Whatever it has left behind.
  kill(-child_, SIGKILL);
  child_ = 0;
  if (WIFSIGNALED(status)) {
    return absl::UnavailableError(absl::StrCat("it was ended by signal ", WTERMSIG(status), " (",
                                               strsignal(WTERMSIG(status)), ")"));
  }
  if (WEXITSTATUS(status) == kUnsupported) {
    return absl::UnimplementedError("it says so (exit code 89)");
  }
  return absl::UnavailableError(absl::StrCat("it ended with exit code ", WEXITSTATUS(status)));
}

absl::Status LineProcess::Write(const std::string& bytes, Clock::time_point end) {
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t wrote =
        send(in_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (wrote > 0) {
      sent += static_cast<size_t>(wrote);
    } else if (errno != EAGAIN) {
      return End();
    } else if (!WaitFor(in_.get(), POLLOUT, end)) {
      return absl::DeadlineExceededError("it does not read what it is asked");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> LineProcess::Exchange(const std::string& line) {
  if (child_ == 0) return absl::UnavailableError("it has ended");
  const Clock::time_point end = Clock::now() + kPatience;
  if (absl::Status status = Write(absl::StrCat(line, "\n"), end); !status.ok()) return status;
  size_t looked_at = 0;
  while (true) {
    const size_t stop = read_.find('\n', looked_at);
    if (stop != std::string::npos) {
      std::string answer = read_.substr(0, stop);
      read_.erase(0, stop + 1);
      return answer;
    }
    looked_at = read_.size();
    if (read_.size() > kLongestLine) return absl::OutOfRangeError("its answer has no end");
    if (!WaitFor(out_.get(), POLLIN, end)) {
      return absl::DeadlineExceededError(
          absl::StrCat("it did not answer within ", kPatience.count(), " s"));
    }
    char buffer[65536];
    const ssize_t got = read(out_.get(), buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return End();
    read_.append(buffer, static_cast<size_t>(got));
  }
}

}  // namespace conformance
