// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Nat: address and port translation of one namespace with the connection tracking that it needs, as
// Linux has it (nf_conntrack, nf_nat): an entry for each translated flow, with the tuple of its
// packets as the first one came and that of what comes back. A destination changes before the
// route is looked up (PreRouting), a source behind it (PostRouting); the other direction of the
// flow is the reverse of both, and so are the ICMP errors about it.
//
// Source NAT: the port is kept where the flow's answers remain distinct, else another of the same
// class is found (below 512, below 1024, the others). With Linux's usual behaviour a source keeps
// its outer port towards all destinations if it can (find_appropriate_src), and only the
// destination of a flow is let in through it.
//
// Flows that no rule concerns are not tracked: they take no room and never time out.
#ifndef WGSIM_SIM_NET_NAT_H_
#define WGSIM_SIM_NET_NAT_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "protocol/ip.h"
#include "sim/net/fabric.h"
#include "sim/net/flow_tuple.h"
#include "sim/net/headers.h"
#include "sim/net/interface.h"
#include "sim/net/packet.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace net {

struct NatOptions {
  // net.netfilter.nf_conntrack_udp_timeout: until the flow has been seen in both directions, and
  // for 2 s more; then nf_conntrack_udp_timeout_stream.
  sim::Duration udp_timeout = std::chrono::seconds(30);
  sim::Duration udp_timeout_stream = std::chrono::seconds(120);
  sim::Duration icmp_timeout = std::chrono::seconds(30);
  // A source gets another outer port for each destination (RFC 4787: endpoint-dependent mapping,
  // "symmetric"; --random-fully).
  bool port_per_destination = false;
  // Whoever sends to an outer port in use is let in (endpoint-independent filtering, "full cone").
  bool open_to_all = false;
  // nf_conntrack_max.
  size_t max_flows = 262144;
};

// -A POSTROUTING -s inside -o out -j SNAT --to-source address
struct SourceNat {
  wg::Prefix inside;
  const Interface* out = nullptr;  // nullptr: to wherever is not `inside`
  wg::IpAddress address;
};

// -A PREROUTING -p udp -d at.address --dport at.port -j DNAT --to-destination to
struct PortForward {
  wg::Endpoint at;
  wg::Endpoint to;
};

struct NatCounters {
  uint64_t flows = 0;         // that were begun
  uint64_t expired = 0;       // of these, that timed out
  uint64_t forgotten = 0;     // by Forget
  uint64_t changed_port = 0;  // flows whose source did not keep its port
  uint64_t refused = 0;       // packets without room in the table, or without a free port
  uint64_t translated = 0;    // packets, errors among them
};

class Nat {
 public:
  // `fabric` outlives it. REQUIRES: timeouts > 0.
  Nat(Fabric* fabric, const NatOptions& options, const sim::Rng& rng);
  Nat(const Nat&) = delete;
  Nat& operator=(const Nat&) = delete;

  // The first rule that concerns a flow counts.
  void AddSourceNat(const SourceNat& rule) { source_nats_.push_back(rule); }
  void AddForward(const PortForward& forward) { forwards_.push_back(forward); }
  // All rules of source NAT of this family are now to `address`; known flows stay as they are.
  void SetAddress(const wg::IpAddress& address);

  // A packet has come in, or leaves through `out`: rewrites it and *ip as the flow says, or a rule.
  // False: there is no room for its flow, the packet is to be dropped. REQUIRES: not a fragment.
  bool PreRouting(Packet* packet, IpHeader* ip);
  bool PostRouting(Packet* packet, const IpHeader& ip, const Interface* out);
  // The address that the source of a packet had before PostRouting, with the port that it has now
  // (icmp_ndo_send).
  FlowEnd OriginalSource(const Packet& packet, const IpHeader& ip);

  // All flows are forgotten. `other_ports`: from now on no source keeps its port.
  void Forget(bool other_ports);

  size_t flows() const { return live_; }
  const NatCounters& counters() const { return counters_; }

 private:
  struct Flow {
    FlowTuple tuples[2];  // as it came first, and of its answers
    sim::Time expires{};
    sim::Time streams{};   // in both directions after this, it is a stream
    bool replied = false;
    bool used = false;
    bool source_nat = false;
  };
  struct Hit {
    Flow* flow = nullptr;
    int direction = 0;
    // Of packets of this direction when they are through.
    FlowTuple Translated() const { return flow->tuples[1 - direction].Inverse(); }
  };
  // An outer or inner end with how many flows use it.
  struct Mapped {
    FlowEnd end;
    uint32_t flows = 0;
  };
  using Key = std::pair<uint8_t, FlowEnd>;  // protocol

  // Of a packet whose flow can be followed; an error's is the direction in which the error goes.
  FlowKind Follow(const Packet& packet, const IpHeader& ip, FlowTuple* tuple) const;
  Hit Find(const FlowTuple& tuple);
  void Refresh(Hit hit);
  // False: no room.
  bool Begin(const FlowTuple& first, const FlowTuple& answers, bool source_nat);
  void End(uint32_t number);
  void Sweep();
  const SourceNat* RuleFor(const FlowTuple& tuple, const Interface* out) const;
  // Where this new flow comes in from outside is to go, if somewhere else.
  bool Inwards(const FlowTuple& tuple, FlowEnd* to) const;
  bool ChoosePort(const FlowTuple& tuple, const wg::IpAddress& address, FlowEnd* end);
  bool Free(const FlowTuple& tuple, const FlowEnd& end);
  void Count(bool more, const Flow& flow);

  Fabric* const fabric_;
  const NatOptions options_;
  sim::Rng rng_;
  std::vector<SourceNat> source_nats_;
  std::vector<PortForward> forwards_;
  bool other_ports_ = false;
  std::vector<Flow> flows_;
  std::vector<uint32_t> unused_;
  size_t live_ = 0;
  absl::flat_hash_map<FlowTuple, uint32_t> by_tuple_;  // number * 2 + direction
  absl::flat_hash_map<Key, Mapped> outer_;             // of inner ends
  absl::flat_hash_map<Key, Mapped> inner_;             // of outer ends
  NatCounters counters_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_NAT_H_
