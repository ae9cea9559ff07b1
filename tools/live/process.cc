// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/process.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace live {
namespace {

absl::Status Failed(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

}  // namespace

absl::Status KeepMemoryToItself() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return Failed("core dumps cannot be switched off");
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return Failed("PR_SET_DUMPABLE");
  return absl::OkStatus();
}

absl::Status DropPrivileges() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Failed("PR_SET_NO_NEW_PRIVS");
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct now[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, now) != 0) return Failed("capget");
  const uint32_t kept = (uint32_t{1} << CAP_NET_ADMIN | uint32_t{1} << CAP_NET_BIND_SERVICE) &
                        now[0].permitted;
  __user_cap_data_struct then[_LINUX_CAPABILITY_U32S_3] = {};
  then[0].effective = then[0].permitted = kept;
  if (syscall(SYS_capset, &header, then) != 0) return Failed("capset");
  return absl::OkStatus();
}

absl::StatusOr<Fd> EndSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, number);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return Failed("sigprocmask");
  Fd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return Failed("signalfd");
  return fd;
}

absl::Status Detach() {
  const pid_t child = fork();
  if (child < 0) return Failed("fork");
  // Not exit(): what is open belongs to the child.
  if (child > 0) _exit(0);
  setsid();
  if (chdir("/") != 0) return Failed("/");
  const Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (!null || dup2(null.get(), standard) < 0) return Failed("/dev/null");
  }
  return absl::OkStatus();
}

}  // namespace live
