// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Steps: carries out the requests of standard input, and after every message of one that is marked asks who has the
// targets: a datagram to each. Its peer has no endpoint, so the answer is EDESTADDRREQ where a peer is found and ENOKEY
// where none is; nothing leaves the machine.
//
//   "NAME ENTRIES TARGET,TARGET,... REQUEST"   ENTRIES: the most allowed ips of a message, 0: as many as fit;
//                                              TARGET "-": no probes
// Tells for each request: "p NAME messages errno" and, for each target, the runs of messages after which nobody had it:
// "t NAME TARGET first-last,first-last" (counted from 1; "-" if there is none).
//
// Strobe: sees into a message. A thread that runs before all others wakes in the middle of a request, later by STEP_NS
// each time, and asks for all targets; the request runs on a core that has to give way (preempt=full). In virtual time
// that is as good as a second core, and exact. The first line of standard input is the request that puts the list back,
// the second one the request that is looked into. Tells each run of equal answers: "w first_trial count BITS", BITS one
// hexadecimal digit for four targets, a bit set where somebody has it, the first target lowest in the first digit. A
// trial whose request began late is left out; "x count" tells how many. "d ns": how long the request takes when nobody
// looks in, three times.
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "request.h"

enum { kMostTargets = 2048, kLongestLine = 1 << 17, kProbePort = 9, kMostRunText = 1 << 16 };

typedef struct {
  char* text;
  Address address;
  int open;  // nobody has it since this message; 0: somebody has it
  char runs[256];
} Target;

typedef struct {
  Netlink netlink;
  Target targets[kMostTargets];
  int target_count;
  int fds[2];  // by family: 4, 6
  int messages;
  int error;
} Probe;

static int IsFound(const Probe* probe, const Target* target) {
  const int error = SendTo(probe->fds[target->address.size > 16], &target->address, "probe", 5);
  if (error != ENOKEY && error != EDESTADDRREQ) Die("a probe ended with errno %d", error);
  return error == EDESTADDRREQ;
}

static void CloseRun(Target* target, int last) {
  if (target->open == 0) return;
  const size_t size = strlen(target->runs);
  if (size + 32 > sizeof target->runs) Die("too many runs");
  sprintf(target->runs + size, "%s%d-%d", size == 0 ? "" : ",", target->open, last);
  target->open = 0;
}

static int Carry(void* context, void* message, size_t bytes) {
  Probe* probe = context;
  ++probe->messages;
  const int error = SendMessage(&probe->netlink, message, bytes);
  if (error != 0) return probe->error = error;
  for (int i = 0; i < probe->target_count; ++i) {
    Target* target = &probe->targets[i];
    if (IsFound(probe, target)) CloseRun(target, probe->messages - 1);
    else if (target->open == 0) target->open = probe->messages;
  }
  return 0;
}

static void SetTargets(Probe* probe, char* words) {
  probe->target_count = 0;
  if (strcmp(words, "-") == 0) return;
  char* rest = words;
  for (char* word; (word = strsep(&rest, ",")) != NULL;) {
    if (probe->target_count == kMostTargets) Die("too many targets");
    probe->targets[probe->target_count++] = (Target){.text = word, .address = MakeAddress(word, kProbePort)};
  }
}

static void OpenProbe(Probe* probe) {
  probe->netlink = OpenNetlink();
  const Address four = MakeAddress("0.0.0.0", 0), six = MakeAddress("::", 0);
  probe->fds[0] = OpenUdp(&four);
  probe->fds[1] = OpenUdp(&six);
}

int Steps(int argc, char** argv) {
  static Probe probe;
  static char line[kLongestLine];
  (void)argv;
  if (argc != 1) Die("steps: takes no arguments");
  OpenProbe(&probe);
  while (fgets(line, sizeof line, stdin) != NULL) {
    char* rest = line;
    const char* name = strsep(&rest, " ");
    const char* entries = strsep(&rest, " ");
    char* targets = strsep(&rest, " ");
    if (rest == NULL) Die("steps: NAME ENTRIES TARGETS REQUEST");
    SetTargets(&probe, targets);
    probe.messages = probe.error = 0;
    MakeMessages(rest, probe.netlink.family, (unsigned)Number(entries), &Carry, &probe);
    printf("p %s %d %d\n", name, probe.messages, probe.error);
    for (int i = 0; i < probe.target_count; ++i) {
      Target* target = &probe.targets[i];
      CloseRun(target, probe.messages);
      printf("t %s %s %s\n", name, target->text, target->runs[0] == 0 ? "-" : target->runs);
    }
  }
  return 0;
}

// --- Strobe ---

typedef struct {
  _Alignas(8) uint8_t bytes[kPageBytes];
  size_t size;
} Kept;

enum { kMostKept = 32 };
typedef struct {
  Kept messages[kMostKept];
  int count;
} KeptRequest;

static Probe strobe;
static int64_t wake_at;
static char bits[kMostTargets / 4 + 1];
static pthread_barrier_t armed, looked;

static int Keep(void* context, void* message, size_t bytes) {
  KeptRequest* request = context;
  if (request->count == kMostKept) Die("too many messages");
  memcpy(request->messages[request->count].bytes, message, bytes);
  request->messages[request->count++].size = bytes;
  return 0;
}

static void Apply(KeptRequest* request) {
  for (int i = 0; i < request->count; ++i) {
    const int error = SendMessage(&strobe.netlink, request->messages[i].bytes, request->messages[i].size);
    if (error != 0) Die("strobe: errno %d", error);
  }
}

static void Look(void) {
  const int digits = (strobe.target_count + 3) / 4;
  for (int i = 0; i < digits; ++i) bits[i] = 0;
  for (int i = 0; i < strobe.target_count; ++i) {
    if (IsFound(&strobe, &strobe.targets[i])) bits[i / 4] |= (char)(1 << i % 4);
  }
  for (int i = 0; i < digits; ++i) bits[i] = "0123456789abcdef"[(int)bits[i]];
  bits[digits] = 0;
}

static void* Looker(void* unused) {
  BeFirst();
  for (;;) {
    pthread_barrier_wait(&armed);
    SleepUntil(wake_at);
    Look();
    pthread_barrier_wait(&looked);
  }
  return unused;
}

static void ReadRequest(char* line, size_t size, KeptRequest* request) {
  if (fgets(line, (int)size, stdin) == NULL) Die("strobe: a request is missing");
  MakeMessages(line, strobe.netlink.family, 0, &Keep, request);
}

// strobe TARGET,TARGET,... TRIALS STEP_NS
int Strobe(int argc, char** argv) {
  static char line[kLongestLine];
  static KeptRequest back, request;
  static char last[sizeof bits];
  // ns from arming to the request, long enough for the looker to fall asleep; and what counts as late, more than a round
  // of the loop that waits.
  enum { kLead = 100000, kLate = 500 };
  if (argc != 4) Die("strobe: TARGETS TRIALS STEP_NS");
  OpenProbe(&strobe);
  SetTargets(&strobe, argv[1]);
  const int64_t trials = Number(argv[2]), step = Number(argv[3]);
  ReadRequest(line, sizeof line, &back);
  ReadRequest(line, sizeof line, &request);
  pthread_t thread;
  pthread_barrier_init(&armed, NULL, 2);
  pthread_barrier_init(&looked, NULL, 2);
  if (pthread_create(&thread, NULL, &Looker, NULL) != 0) Die("strobe: no thread");
  for (int i = 0; i < 3; ++i) {
    Apply(&back);
    const int64_t begin = Now();
    Apply(&request);
    printf("d %lld\n", (long long)(Now() - begin));
  }
  int64_t first = 0, late = 0;
  for (int64_t trial = 0; trial < trials; ++trial) {
    Apply(&back);
    const int64_t begin = Now() + kLead;
    wake_at = begin + trial * step;
    pthread_barrier_wait(&armed);
    int64_t began = Now();
    while (began < begin) began = Now();
    Apply(&request);
    pthread_barrier_wait(&looked);
    if (began - begin > kLate) {
      ++late;
      continue;
    }
    if (strcmp(bits, last) == 0) continue;
    if (last[0] != 0) printf("w %lld %lld %s\n", (long long)first, (long long)(trial - first), last);
    first = trial;
    strcpy(last, bits);
  }
  if (last[0] != 0) printf("w %lld %lld %s\n", (long long)first, (long long)(trials - first), last);
  printf("x %lld\n", (long long)late);
  fflush(stdout);
  _exit(0);
}
