// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whether the programs of a sandbox are at rest: every thread waits for something. What a thread
// was woken for it has not yet done while it may run, however busy the machine is; so whoever sees
// all at rest after he has given them something knows that they have done all that they wanted to
// do at once.
#ifndef WGSIM_TOOLS_CONFORM_REST_H_
#define WGSIM_TOOLS_CONFORM_REST_H_

namespace conformance {

// Of all processes but this one. REQUIRES: /proc shows the sandbox's processes.
bool OthersAreAtRest();

// Whether no UDP socket of this network namespace has datagrams that nobody has read.
bool UdpQueuesAreEmpty();

}  // namespace conformance

#endif  // WGSIM_TOOLS_CONFORM_REST_H_
