// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): what goes wrong for a while.
#ifndef WGSIM_SCENARIOS_PLAN_FAULTS_H_
#define WGSIM_SCENARIOS_PLAN_FAULTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/errno.h"
#include "protocol/ip.h"
#include "scenarios/plan_index.h"
#include "scenarios/plan_moment.h"
#include "sim/time.h"

namespace scenario::plan {

// A cable: a link, or what joins a port to its switch. Of the latter, side 0 is the host.
struct Cable {
  int link = kNone;
  int of_switch = kNone;
  int port = kNone;
};

// What is different on cables meanwhile; nothing: as it is.
struct LinkChange {
  bool down = false;
  std::optional<int64_t> bits_per_second;
  std::optional<sim::Duration> delay;
  std::optional<sim::Duration> jitter;
  std::optional<sim::Duration> reorder_delay;
  std::optional<uint32_t> loss_ppm;
  std::optional<uint32_t> reorder_ppm;
  std::optional<uint32_t> duplicate_ppm;
  std::optional<uint32_t> corrupt_ppm;
};

// Ports of a switch that are on one side of a partition, in order.
struct Shore {
  int of_switch = kNone;
  std::vector<int> ports;
};

// So many partitions of switches may a scenario have: each is a bit of an island's number.
inline constexpr int kMostShores = 64;

// What goes wrong with one message to an interface.
struct RequestFailure {
  int message = 1;  // which of those sent from then on; 1: the next
  // Its answer; kOk: an allocation fails instead.
  wg::Errno error = wg::Errno::kOk;
  bool applied = false;     // in spite of the answer
  uint32_t allocation = 0;  // which; 1: the first
};

struct Fault {
  enum class Kind : uint8_t {
    kLinks,         // cables and switches
    kCoreStall,     // a core does nothing
    kSuspend,       // a host sleeps
    kCrash,         // ... loses its power
    kClockStep,     // ... has another wall clock
    kManagerPause,  // the programs that configure a host's interfaces do nothing
    kRequest,       // a message to an interface fails
    kProcessPause,  // an application does nothing
    kAddressLoss,   // a host loses one of its addresses
  };

  Kind kind = Kind::kLinks;
  Moment when;
  sim::Duration lasts{0};  // 0: to the end of the run
  std::string words;       // "node0-node1 is down"
  // kLinks.
  std::vector<Cable> cables;
  int side = kNone;  // the only one whose direction is meant
  LinkChange change;
  std::vector<Shore> shores;
  int bit = 0;  // of islands, in 0 to kMostShores - 1, its own; with shores
  // The others: of which host.
  int host = kNone;
  int core = kNone;        // kCoreStall
  sim::Duration step{0};   // kClockStep: forward, if positive
  int device = kNone;      // kRequest
  RequestFailure request;  // kRequest
  int flow = kNone;        // kProcessPause: whose sender, or receiver
  bool receiver = false;
  wg::IpAddress address;  // kAddressLoss
  wg::IpAddress instead;  // that it uses then, as a source
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_FAULTS_H_
