// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Send: datagrams of a flow at given times, fixed or memoryless; the outcome of every send is kept. Packets carry the
// flow's number and their own. Tells at the end of each run of consecutive sends with one outcome:
//   "s FLOW first count errno first_ns last_ns"
// and how late the latest was: "l FLOW ns". An overdue send is made at once; none is left out.
//
// Receive: until UNTIL_NS; tells of each run of consecutive numbers of a flow: "r FLOW first count first_ns last_ns".
// Times are from START_NS.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "common.h"

enum { kMostRuns = 1 << 18, kMostFlows = 256, kLargestPayload = 65507 };

typedef struct {
  uint32_t flow;
  uint32_t number;
} Stamp;

typedef struct {
  uint32_t flow, first, count;
  int error;
  int64_t begin, end;
} RunOf;

static RunOf* runs;
static size_t run_count;

static RunOf* NewRun(RunOf run) {
  if (runs == NULL) runs = calloc(kMostRuns, sizeof *runs);
  if (runs == NULL || run_count == kMostRuns) Die("too many runs");
  runs[run_count] = run;
  return &runs[run_count++];
}

// Uniform 64 bits (splitmix64).
static uint64_t Next(uint64_t* state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static int64_t Gap(int64_t mean, int memoryless, uint64_t* state) {
  if (!memoryless) return mean;
  const double uniform = ((double)(Next(state) >> 11) + 1) / 9007199254740993.0;
  return (int64_t)(-log(uniform) * (double)mean);
}

// send FLOW SOURCE ADDRESS PORT BYTES GAP_NS fixed|poisson SEED START_NS FROM_NS TO_NS
int Send(int argc, char** argv) {
  if (argc != 12) Die("send: FLOW SOURCE ADDRESS PORT BYTES GAP_NS fixed|poisson SEED START_NS FROM_NS TO_NS");
  static uint8_t payload[kLargestPayload];
  Stamp stamp = {.flow = (uint32_t)Number(argv[1])};
  const Address to = MakeAddress(argv[3], (uint16_t)Number(argv[4]));
  const size_t bytes = (size_t)Number(argv[5]);
  const int64_t gap = Number(argv[6]);
  const int memoryless = strcmp(argv[7], "poisson") == 0;
  uint64_t state = (uint64_t)Number(argv[8]);
  const int64_t start = Number(argv[9]), stop = Number(argv[11]);
  if (bytes < sizeof stamp || bytes > sizeof payload || gap <= 0) Die("send: wrong size or gap");
  const Address from = MakeAddress(argv[2], 0);
  const int fd = OpenUdp(&to);
  if (bind(fd, (const struct sockaddr*)from.bytes, from.size) != 0) Die("bind: %s", strerror(errno));
  BeFirst();
  int64_t latest = 0;
  RunOf* run = NULL;
  for (int64_t at = Number(argv[10]); at < stop; at += Gap(gap, memoryless, &state), ++stamp.number) {
    if (Now() < start + at) SleepUntil(start + at);
    memcpy(payload, &stamp, sizeof stamp);
    const int64_t begin = Now() - start;
    const int error = SendTo(fd, &to, payload, bytes);
    if (begin - at > latest) latest = begin - at;
    if (run == NULL || run->error != error) {
      run = NewRun((RunOf){.flow = stamp.flow, .first = stamp.number, .error = error, .begin = begin});
    }
    ++run->count;
    run->end = begin;
  }
  for (size_t i = 0; i < run_count; ++i) {
    printf("s %u %u %u %d %lld %lld\n", runs[i].flow, runs[i].first, runs[i].count, runs[i].error,
           (long long)runs[i].begin, (long long)runs[i].end);
  }
  printf("l %u %lld\n", stamp.flow, (long long)latest);
  return 0;
}

static int OpenReceiver(uint16_t port) {
  const Address any = MakeAddress("::", port);
  const int fd = OpenUdp(&any);
  const int bytes = 8 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  if (bind(fd, (const struct sockaddr*)any.bytes, any.size) != 0) Die("bind: %s", strerror(errno));
  return fd;
}

// receive PORT START_NS UNTIL_NS
int Receive(int argc, char** argv) {
  if (argc != 4) Die("receive: PORT START_NS UNTIL_NS");
  static RunOf* open[kMostFlows];
  static uint8_t packet[kLargestPayload];
  const int64_t start = Number(argv[2]), until = Number(argv[3]);
  const int fd = OpenReceiver((uint16_t)Number(argv[1]));
  // Sleeps while there is nothing, but looks at the clock now and then.
  for (int64_t now = Now() - start; now < until; now = Now() - start) {
    ssize_t size = recv(fd, packet, sizeof packet, 0);
    if (size < 0) SleepUntil(Now() + 1000000);
    for (; size >= (ssize_t)sizeof(Stamp); size = recv(fd, packet, sizeof packet, 0)) {
      Stamp stamp;
      memcpy(&stamp, packet, sizeof stamp);
      now = Now() - start;
      if (stamp.flow >= kMostFlows) continue;
      RunOf* run = open[stamp.flow];
      if (run == NULL || run->first + run->count != stamp.number) {
        run = open[stamp.flow] = NewRun((RunOf){.flow = stamp.flow, .first = stamp.number, .begin = now});
      }
      ++run->count;
      run->end = now;
    }
  }
  for (size_t i = 0; i < run_count; ++i) {
    printf("r %u %u %u %lld %lld\n", runs[i].flow, runs[i].first, runs[i].count, (long long)runs[i].begin,
           (long long)runs[i].end);
  }
  return 0;
}
