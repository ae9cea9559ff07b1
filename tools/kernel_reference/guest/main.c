// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The programs that run beside a real kernel, in one file: guest PROGRAM ARGUMENTS.
//   set                                   request.h, from standard input
//   configure FILE START_NS               set.c
//   send ..., receive ...                 traffic.c
//   steps, strobe TARGETS TRIALS STEP_NS  steps.c
//   now ADD_NS                            the clock that START_NS is of, so much later
//   within PID PROGRAM ...                in the network namespace of a process
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "common.h"

static void Enter(const char* pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%lld/ns/net", (long long)Number(pid));
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || setns(fd, CLONE_NEWNET) != 0) Die("%s: %s", path, strerror(errno));
}

static int RunProgram(int argc, char** argv) {
  if (argc < 1) Die("guest PROGRAM ARGUMENTS");
  if (strcmp(argv[0], "set") == 0) return Set(argc, argv);
  if (strcmp(argv[0], "configure") == 0) return Configure(argc, argv);
  if (strcmp(argv[0], "send") == 0) return Send(argc, argv);
  if (strcmp(argv[0], "receive") == 0) return Receive(argc, argv);
  if (strcmp(argv[0], "steps") == 0) return Steps(argc, argv);
  if (strcmp(argv[0], "strobe") == 0) return Strobe(argc, argv);
  if (strcmp(argv[0], "now") == 0 && argc == 2) return printf("%lld\n", (long long)(Now() + Number(argv[1]))) < 0;
  Die("no program %s", argv[0]);
}

int main(int argc, char** argv) {
  // A page that is touched first in the middle of something costs time there.
  mlockall(MCL_CURRENT | MCL_FUTURE);
  if (argc >= 3 && strcmp(argv[1], "within") == 0) {
    Enter(argv[2]);
    return RunProgram(argc - 3, argv + 3);
  }
  return RunProgram(argc - 1, argv + 1);
}
