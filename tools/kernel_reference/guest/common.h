// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What the guest's programs share.
#ifndef WGSIM_TOOLS_KERNEL_REFERENCE_GUEST_COMMON_H_
#define WGSIM_TOOLS_KERNEL_REFERENCE_GUEST_COMMON_H_

#include <stddef.h>
#include <stdint.h>

// Says it on the console and ends the program: "failed: ...".
__attribute__((noreturn, format(printf, 1, 2))) void Die(const char* format, ...);

// CLOCK_MONOTONIC in nanoseconds.
int64_t Now(void);
void SleepUntil(int64_t at);
// From here on this thread runs whenever it can, before all others.
void BeFirst(void);
// A whole number; ends the program on anything else.
int64_t Number(const char* text);

// A generic-netlink socket to WireGuard.
typedef struct {
  int fd;
  int family;
} Netlink;
Netlink OpenNetlink(void);
// Sends one message and waits for the answer: 0 or an errno.
int SendMessage(const Netlink* netlink, void* message, size_t bytes);

// An address and a port as a socket takes them.
typedef struct {
  _Alignas(8) uint8_t bytes[28];
  unsigned size;
} Address;
Address MakeAddress(const char* text, uint16_t port);
// A UDP socket whose sends do not wait.
int OpenUdp(const Address* like);
// The errno of sending so many bytes, 0 if there is none.
int SendTo(int fd, const Address* to, const void* payload, size_t bytes);

// The programs: see main.c for what they are called with.
int Set(int argc, char** argv);
int Configure(int argc, char** argv);
int Send(int argc, char** argv);
int Receive(int argc, char** argv);
int Steps(int argc, char** argv);
int Strobe(int argc, char** argv);

#endif  // WGSIM_TOOLS_KERNEL_REFERENCE_GUEST_COMMON_H_
