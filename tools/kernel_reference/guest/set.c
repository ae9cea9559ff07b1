// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Set: carries out requests from standard input, one a line, at once.
// Configure: each line is "AT_NS NAME REQUEST", and is carried out AT_NS after START_NS, not before what comes before it
// is done. Both tell of every message: "m NAME errno bytes begin_ns end_ns", times from START_NS; Configure when all is
// done, so that the console costs no time meanwhile.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "request.h"

enum { kMostMessages = 1 << 16, kLongestLine = 1 << 17, kLongestName = 32 };

typedef struct {
  char name[kLongestName];
  int error;
  size_t bytes;
  int64_t begin, end;
} Sent;

typedef struct {
  Netlink netlink;
  int64_t start;
  const char* name;
  Sent* sent;
  size_t count;
} Run;

static int Carry(void* context, void* message, size_t bytes) {
  Run* run = context;
  if (run->count == kMostMessages) Die("too many messages");
  Sent* sent = &run->sent[run->count++];
  snprintf(sent->name, sizeof sent->name, "%s", run->name);
  sent->bytes = bytes;
  sent->begin = Now() - run->start;
  sent->error = SendMessage(&run->netlink, message, bytes);
  sent->end = Now() - run->start;
  return sent->error;
}

static Run Open(int64_t start) {
  Run run = {.netlink = OpenNetlink(), .start = start, .name = "set"};
  run.sent = calloc(kMostMessages, sizeof *run.sent);
  if (run.sent == NULL) Die("no memory");
  return run;
}

static void Tell(const Run* run) {
  for (size_t i = 0; i < run->count; ++i) {
    const Sent* sent = &run->sent[i];
    printf("m %s %d %zu %lld %lld\n", sent->name, sent->error, sent->bytes, (long long)sent->begin,
           (long long)sent->end);
  }
}

int Set(int argc, char** argv) {
  static char line[kLongestLine];
  (void)argv;
  if (argc != 1) Die("set: takes no arguments");
  Run run = Open(Now());
  while (fgets(line, sizeof line, stdin) != NULL) MakeMessages(line, run.netlink.family, 0, &Carry, &run);
  Tell(&run);
  return 0;
}

int Configure(int argc, char** argv) {
  static char line[kLongestLine];
  if (argc != 3) Die("configure: FILE START_NS");
  FILE* file = fopen(argv[1], "r");
  if (file == NULL) Die("no file %s", argv[1]);
  Run run = Open(Number(argv[2]));
  while (fgets(line, sizeof line, file) != NULL) {
    char* name = strchr(line, ' ');
    char* request = name == NULL ? NULL : strchr(name + 1, ' ');
    if (request == NULL) Die("configure: a line without name and request");
    *name++ = 0;
    *request++ = 0;
    run.name = name;
    SleepUntil(run.start + Number(line));
    MakeMessages(request, run.netlink.family, 0, &Carry, &run);
  }
  fclose(file);
  Tell(&run);
  return 0;
}
