// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Switch: joins any number of hosts, each by one cable, where a link between each two would be too
// many.
//
//   NIC -> cable up [queue, rate] -> the path from group to group: loss, delay, jitter
//       -> cable down [queue, rate, impairments] -> NIC
//
// It stores and forwards: a packet takes its time on both cables. Hosts are in groups (sites,
// regions), and what lies between two groups has a delay of its own; within the path nothing waits
// for anything else. Packets of one port to one group keep their order in spite of jitter. Every
// port draws from its own streams of chance, and only while they are needed.
//
// It knows which port has which address, as learnt tables of neighbours would have it from the
// start: no ARP, no flooding. A packet to an address that is at no port goes to the next hop that
// the sending namespace's routes name; if that is not here either it dies (kNoRoute).
//
// Memory: a port costs two link directions and one time for each group. One pending event for all
// packets on all paths.
#ifndef WGSIM_SIM_NET_SWITCH_H_
#define WGSIM_SIM_NET_SWITCH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "protocol/ip.h"
#include "sim/event_loop.h"
#include "sim/net/fabric.h"
#include "sim/net/link.h"
#include "sim/net/netns.h"
#include "sim/net/nic.h"
#include "sim/net/packet.h"
#include "sim/net/port.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace net {

// What lies between two groups, one way.
struct SwitchPath {
  sim::Duration delay{0};
  sim::Duration jitter{0};  // added: uniform in [0, jitter]
  uint64_t loss_ppb = 0;
};

// arrived = forwarded + lost + apart + unknown + in_flight(), always.
struct SwitchCounters {
  uint64_t arrived = 0;
  uint64_t forwarded = 0;  // into the cable of their destination, which may drop them
  uint64_t lost = 0;
  uint64_t apart = 0;    // their ports were on different islands
  uint64_t unknown = 0;  // no port has the next hop
};

class Switch : public sim::Actor {
 public:
  // `paths`: from group g to group h it is paths[g * groups + h]. `fabric` outlives the switch.
  // REQUIRES: groups > 0, groups * groups paths.
  Switch(Fabric* fabric, absl::string_view name, int groups, std::vector<SwitchPath> paths,
         const sim::Rng& rng);
  ~Switch() override;

  // Plugs a card of `netns` in and returns the port's number, from 0. `up` is the cable from the
  // host, `down` that to it. The card and the namespace outlive the switch. REQUIRES: the group
  // exists.
  int AddPort(Nic* nic, Netns* netns, absl::string_view name, int group, const LinkOptions& up,
              const LinkOptions& down);
  // Packets to `address` go out of this port from now on.
  void SetAddress(const wg::IpAddress& address, int port) { addresses_[address] = port; }

  // Packets pass between ports of the same island only: others die (kLinkDown), on their way or at
  // its end. At the start all are on island 0.
  void set_island(int port, uint64_t island) { ports_[port]->island = island; }
  uint64_t island(int port) const { return ports_[port]->island; }

  // The port's cable: side 0 is the host.
  Link& cable(int port) { return ports_[port]->cable; }
  int ports() const { return static_cast<int>(ports_.size()); }
  void set_path(int from, int to, const SwitchPath& path) { paths_[from * groups_ + to] = path; }
  const SwitchPath& path(int from, int to) const { return paths_[from * groups_ + to]; }
  const SwitchCounters& counters() const { return counters_; }
  uint64_t in_flight() const { return heap_.size(); }

  void OnEvent(uint64_t generation) override;

 private:
  struct End : Port {
    End(Switch* owner, int number, Fabric* fabric, absl::string_view name, const LinkOptions& up,
        const LinkOptions& down, const sim::Rng& rng)
        : owner(owner), number(number), cable(fabric, name, up, down, rng) {}
    void OnArrival(Packet&& packet) override { owner->Take(number, std::move(packet)); }

    Switch* const owner;
    const int number;
    int group = 0;
    uint64_t island = 0;
    Nic* nic = nullptr;
    Netns* netns = nullptr;
    sim::Rng loss{0}, jitter{0};
    std::vector<sim::Time> last;  // arrival of the latest packet to each group
    Link cable;
  };
  struct Arrival {
    sim::Time time;
    uint64_t number;  // among all: earlier ones first
    int port;
    int from;
    uint32_t slot;
  };

  // A packet has come in at `port`.
  void Take(int port, Packet&& packet);
  // Out of which port; -1 if none.
  int PortTowards(const End& from, const Packet& packet) const;
  static bool Later(const Arrival& a, const Arrival& b);
  void Schedule();
  void Forward(int from, int to, Packet* packet);

  Fabric* const fabric_;
  const std::string name_;
  const int groups_;
  const sim::Rng rng_;
  std::vector<SwitchPath> paths_;
  std::vector<std::unique_ptr<End>> ports_;
  absl::flat_hash_map<wg::IpAddress, int> addresses_;
  std::vector<Arrival> heap_;    // the earliest first
  std::vector<Packet> slots_;    // of packets on their path
  std::vector<uint32_t> free_;   // unused slots
  uint64_t next_number_ = 0;
  sim::Time scheduled_ = sim::kEndOfTime;
  uint64_t generation_ = 0;
  SwitchCounters counters_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_SWITCH_H_
