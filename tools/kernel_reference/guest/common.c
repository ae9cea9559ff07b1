// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/wireguard.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

void Die(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("failed: ");
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
  fflush(stdout);
  exit(1);
}

int64_t Now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void SleepUntil(int64_t at) {
  const struct timespec until = {.tv_sec = at / 1000000000, .tv_nsec = at % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) continue;
}

void BeFirst(void) {
  const struct sched_param parameters = {.sched_priority = 50};
  if (sched_setscheduler(0, SCHED_FIFO, &parameters) != 0) Die("sched_setscheduler: %s", strerror(errno));
}

int64_t Number(const char* text) {
  char* end;
  const int64_t value = strtoll(text, &end, 10);
  if (end == text || *end != 0) Die("not a number: %s", text);
  return value;
}

static ssize_t Exchange(int fd, void* message, size_t bytes, void* answer, size_t room) {
  const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  if (sendto(fd, message, bytes, 0, (const struct sockaddr*)&kernel, sizeof kernel) < 0) {
    Die("netlink send: %s", strerror(errno));
  }
  const ssize_t size = recv(fd, answer, room, 0);
  if (size < (ssize_t)NLMSG_HDRLEN) Die("netlink receive: %s", strerror(errno));
  return size;
}

// The number of the family "wireguard": asked for by its name, in the attributes of the answer.
static int FindFamily(int fd) {
  struct {
    struct nlmsghdr header;
    struct genlmsghdr generic;
    struct nlattr attribute;
    char name[12];
  } request = {
      .header = {.nlmsg_len = sizeof request, .nlmsg_type = GENL_ID_CTRL, .nlmsg_flags = NLM_F_REQUEST},
      .generic = {.cmd = CTRL_CMD_GETFAMILY, .version = 1},
      .attribute = {.nla_len = NLA_HDRLEN + sizeof WG_GENL_NAME, .nla_type = CTRL_ATTR_FAMILY_NAME},
      .name = WG_GENL_NAME,
  };
  _Alignas(8) uint8_t answer[4096];
  const ssize_t size = Exchange(fd, &request, sizeof request, answer, sizeof answer);
  for (ssize_t at = NLMSG_HDRLEN + GENL_HDRLEN; at + NLA_HDRLEN <= size;) {
    struct nlattr attribute;
    memcpy(&attribute, answer + at, sizeof attribute);
    uint16_t family;
    memcpy(&family, answer + at + NLA_HDRLEN, sizeof family);
    if (attribute.nla_type == CTRL_ATTR_FAMILY_ID) return family;
    if (attribute.nla_len < NLA_HDRLEN) break;
    at += NLA_ALIGN(attribute.nla_len);
  }
  Die("this kernel has no family " WG_GENL_NAME);
}

Netlink OpenNetlink(void) {
  Netlink netlink = {.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC)};
  if (netlink.fd < 0) Die("netlink socket: %s", strerror(errno));
  netlink.family = FindFamily(netlink.fd);
  return netlink;
}

int SendMessage(const Netlink* netlink, void* message, size_t bytes) {
  _Alignas(8) uint8_t answer[8192];
  Exchange(netlink->fd, message, bytes, answer, sizeof answer);
  int error;
  memcpy(&error, answer + NLMSG_HDRLEN, sizeof error);
  return -error;
}

Address MakeAddress(const char* text, uint16_t port) {
  Address address = {.size = 0};
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
    memcpy(address.bytes, &four, address.size = sizeof four);
  } else if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1) {
    memcpy(address.bytes, &six, address.size = sizeof six);
  } else {
    Die("wrong address: %s", text);
  }
  return address;
}

int OpenUdp(const Address* like) {
  const int family = like->size == sizeof(struct sockaddr_in) ? AF_INET : AF_INET6;
  const int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) Die("udp socket: %s", strerror(errno));
  return fd;
}

int SendTo(int fd, const Address* to, const void* payload, size_t bytes) {
  return sendto(fd, payload, bytes, 0, (const struct sockaddr*)to->bytes, to->size) < 0 ? errno : 0;
}
