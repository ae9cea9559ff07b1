// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// One configuration request as a line of text, and the SET_DEVICE messages that wg(8) would make of it: at most a page
// each; what does not fit goes on in the next one, under the same peer, without its flags.
//
//   wg0 private-key=HEX listen-port=51820 replace-peers peer=HEX remove replace update-only endpoint=192.0.2.2:51820
//       keepalive=25 +192.168.0.2/32 -192.168.0.3/32 +fd00::1/128 peer=HEX ...
//
// Words that follow peer= are about that peer. "+" adds an allowed ip, "-" takes it away (WGALLOWEDIP_F_REMOVE_ME).
#ifndef WGSIM_TOOLS_KERNEL_REFERENCE_GUEST_REQUEST_H_
#define WGSIM_TOOLS_KERNEL_REFERENCE_GUEST_REQUEST_H_

#include <stddef.h>
#include <stdint.h>

// What wg(8) allows itself: a page. Every message is at most so long.
enum { kPageBytes = 4096 };

// Called with each finished message (nlmsghdr and all). Not 0: stop, and return it.
typedef int (*MessageSink)(void* context, void* message, size_t bytes);

// Makes the messages of a line and hands each to `sink`. `entries`: the most allowed ips of a message (0: as many as
// fit). Ends the program on a line it does not understand. The line is changed.
int MakeMessages(char* line, int family, unsigned entries, MessageSink sink, void* context);

#endif  // WGSIM_TOOLS_KERNEL_REFERENCE_GUEST_REQUEST_H_
