// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Plan: one variant of a scenario, checked and unfolded. Templates, meshes and wildcards are gone, texts are values,
// names are indices into the vectors below; what the file leaves open has its default. The loader makes it, the runner
// builds its world from it. Pure data: no proto, no simulator.
//
// Invariants (the loader's promise): every index is in range; names of a kind are unique; every core number exists on
// its host; flows start before they stop and within the run; links join different hosts; a device's peers are
// different devices of the same or another host; no prefix is at two peers of a device.
#ifndef WGSIM_SCENARIOS_PLAN_H_
#define WGSIM_SCENARIOS_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "protocol/netlink/split.h"
#include "sim/machine.h"
#include "sim/time.h"
#include "sim/wg/clock_start.h"
#include "sim/wg/cost_model.h"

namespace scenario::plan {

inline constexpr int kNone = -1;

enum class Implementation : uint8_t { kLinux612, kLinux616, kWireguardGo, kBoringtun };
// "LINUX_6_16": the name of the protocol's profile as well.
const char* Name(Implementation implementation);
// Whether single allowed ips can be removed.
bool KnowsRemoveMe(Implementation implementation);

enum class Method : uint8_t { kReplace, kDummyPeer, kRemoveMe };
const char* Name(Method method);  // "REPLACE"

struct Route {
  wg::Prefix prefix;
  wg::IpAddress via;
};

// All network cards of a host.
struct Card {
  int rx_queues = 1;  // 0: one for each core
  int rx_ring = 512;
  sim::Duration rx_usecs{0};
  int rx_frames = 0;
  bool threaded = false;
  int tx_ring = 0;
  int tx_queue_len = 1000;
  bool gro = true;
  bool udp_gro_forwarding = false;
  bool udp_segmentation = true;
  bool tx_checksum = true;
};

// Computes for `run` each time `every` has gone by; `every` of 0: all the time.
struct Program {
  std::string name;
  int core = 0;
  sim::Duration run{0};
  sim::Duration every{0};
  bool steals = false;  // in the middle of whatever the core does
};

struct Host {
  std::string name;
  int cores = 0;
  int interrupt_core = 0;
  std::vector<wg::IpAddress> addresses;  // underlying
  wgnode::CostModel costs;
  std::vector<Route> routes;
  int hz = 250;
  bool timer_wheel = false;
  sim::Preemption preemption = sim::Preemption::kVoluntary;
  sim::Duration slice{0};  // 0: the usual one
  Card card;
  std::vector<Program> programs;
  wgnode::ClockStart clocks;
};

struct LinkEnd {
  int host = kNone;
  std::string interface;
};

// Unnumbered: each end reaches all addresses of the other end's host.
struct Link {
  std::string name;  // "node0-node1"
  LinkEnd ends[2];
  int64_t bits_per_second = 0;
  sim::Duration delay{};
  sim::Duration jitter{};
  sim::Duration reorder_delay{};
  uint32_t loss_ppm = 0;
  uint32_t reorder_ppm = 0;
  uint32_t duplicate_ppm = 0;
  uint32_t corrupt_ppm = 0;
  int queue_packets = 0;
  int mtu = 0;
};

struct Peer {
  int device = kNone;  // the far device
  std::vector<wg::Prefix> allowed_ips;
  std::optional<wg::Endpoint> endpoint;  // nothing: learnt
  uint16_t persistent_keepalive = 0;     // seconds, 0 = off
  std::optional<wg::PresharedKey> preshared_key;
};

struct Device {
  int host = kNone;
  std::string name;
  uint16_t listen_port = 0;
  int mtu = 0;
  std::vector<wg::IpAddress> addresses;        // inner, the host's own
  std::optional<wg::PrivateKey> private_key;   // nothing: derived from seed, host and name
  std::vector<Peer> peers;
  bool napi_stall = false;
};

// An inner address that exists, or may come to exist, on a host.
struct Pod {
  std::string name;  // "node0/pod7"
  int host = kNone;
  int device = kNone;  // of this host: where its address is reached by others
  wg::IpAddress address;
  bool present = true;  // at the start
};

enum class Role : uint8_t { kBystander, kTouched };
enum class Spacing : uint8_t { kFixed, kPoisson };

// At most `count` per `per`, exactly: a rational, reduced.
struct Rate {
  int64_t count = 0;
  sim::Duration per{};
};

struct Stream {
  uint32_t payload_bytes = 0;
  uint32_t segments = 1;  // datagrams in one call
  Rate packets;  // of datagrams; a rate in bits of payload is turned into packets
  Spacing spacing = Spacing::kFixed;
};

struct Requests {
  uint32_t request_bytes = 0;
  uint32_t response_bytes = 0;
  sim::Duration think_time{};
  sim::Duration timeout{};
  int outstanding = 0;
};

struct FlowEnd {
  int host = kNone;
  int pod = kNone;  // kNone: an address of the host's device itself
  wg::IpAddress address;
  int core = kNone;  // of the application
};

struct Flow {
  std::string name;
  FlowEnd from;
  FlowEnd to;
  // Exactly one of these.
  std::optional<Stream> stream;
  std::optional<Requests> requests;
  sim::Duration start{};
  sim::Duration stop{};
  Role role = Role::kBystander;
  // Of the answers to requests: the role that from.address has.
  Role response_role = Role::kBystander;
  bool ip_recverr = false;
  uint32_t send_buffer_bytes = 0;
  uint32_t receive_buffer_bytes = 0;
  sim::Duration late_after{};
};

struct Churn {
  std::string name;
  std::vector<int> hosts;  // events happen on each; addresses move among them
  // For each of `hosts`: the pods that events may choose, present and spare ones. None of a bystander.
  std::vector<std::vector<int>> pods;
  Rate events;  // on each host
  Spacing spacing = Spacing::kPoisson;
  uint32_t add_weight = 0;
  uint32_t delete_weight = 0;
  uint32_t move_weight = 0;
  sim::Duration start{};
  sim::Duration stop{};
};

// One reconfiguration at a stated time, `times` times with distance `every`.
struct Reconfigure {
  std::string name;
  sim::Duration at{};
  sim::Duration every{};
  int times = 1;
  int device = kNone;
  int peer = kNone;  // index into Device::peers
  std::vector<wg::Prefix> remove;
  std::vector<wg::Prefix> add;
  int line = 0;  // in the scenario file
};

struct Manager {
  int core = 0;
  wg::netlink::Splitting splitting = wg::netlink::Splitting::kWgctrl;
  sim::Duration notice_delay{};
  sim::Duration notice_jitter{};
};

}  // namespace scenario::plan

namespace scenario {

struct Plan {
  std::string scenario;
  std::string variant;
  plan::Implementation implementation{};
  plan::Method method{};
  uint64_t seed = 0;
  sim::Duration duration{};
  std::vector<plan::Host> hosts;
  std::vector<plan::Link> links;
  std::vector<plan::Device> devices;
  std::vector<plan::Pod> pods;
  std::vector<plan::Flow> flows;
  std::vector<plan::Churn> churn;
  std::vector<plan::Reconfigure> reconfigures;
  std::vector<plan::Manager> managers;  // one for each host
  // Inner addresses of interest, in order of address: of flows, of reconfigurations, and those listed.
  std::vector<wg::IpAddress> watch;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_PLAN_H_
