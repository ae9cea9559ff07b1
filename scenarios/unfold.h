// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// From a scenario file to a plan: the part of the loader that unfolds and checks, in four steps
// over one shared state. Only loader.cc includes this.
//
// Every step reports all that is wrong and goes on with what is right, so that one run shows every
// error; a plan is of use only if nothing was reported.
#ifndef WGSIM_SCENARIOS_UNFOLD_H_
#define WGSIM_SCENARIOS_UNFOLD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "protocol/ip.h"
#include "scenarios/diagnostics.h"
#include "scenarios/document.h"
#include "scenarios/limits.h"
#include "scenarios/plan.h"
#include "scenarios/plan_moment.h"
#include "scenarios/prefix_list.h"
#include "scenarios/scenario.pb.h"
#include "sim/time.h"

namespace scenario {

// Finds the price list of a name or path that stands in `node`'s field; errors are its own
// business.
using FindCostModel =
    absl::FunctionRef<const wgnode::CostModel*(const Node& node, const std::string& reference)>;

plan::Method MethodOf(file::ManagerProgram program);

class Unfolding {
 public:
  Unfolding(const Document* document, const file::Scenario* scenario, FindCostModel find_cost_model,
            Plan* plan, Diagnostics* diagnostics)
      : in(*scenario),
        root(document, scenario),
        plan(*plan),
        find_cost_model(find_cost_model),
        diagnostics_(*diagnostics) {}

  // The steps, in this order.
  void Hosts();    // unfold_hosts.cc: duration, hosts, links, routes
  void Devices();  // unfold_devices.cc: interfaces, pods, peers
  void Traffic();  // unfold_traffic.cc: flows; needs the actions' prefixes
  void Changes();  // unfold_changes.cc: churn, managers, watch; then the ports of flows

 private:
  // Where an inner address is.
  struct Owner {
    int host = plan::kNone;
    int device = plan::kNone;
    int pod = plan::kNone;
    std::string what;  // "node0/pod3", "wg0 of node0"
  };
  struct HostGroup {
    std::vector<int> members;
    bool is_template = false;
  };
  struct FlowEndMatch {
    int copy;  // number within the template, or -1
    plan::FlowEnd end;
  };
  // An allowed ip of a listed peer, and where it is written.
  struct Entry {
    wg::Prefix prefix;
    int peer;
    bool allow_overlap;
    std::optional<Node> node;  // nothing: made by a mesh
    int index;
  };
  using Listed = std::vector<Entry>;
  using Match = std::optional<std::pair<int, int>>;  // device, index of its peer

  friend class ChurnReader;    // unfold_churn.h
  friend class FaultReader;    // unfold_faults.h
  friend class RouteFinder;    // unfold_routes.h
  friend class RoutingReader;  // unfold_routing.h
  // --- unfold.cc: reading values ---
  void Wrong(const Node& node, absl::string_view field, int index, absl::string_view message);
  void Wrong(const Node& node, absl::string_view field, absl::string_view message) {
    Wrong(node, field, -1, message);
  }
  // The value if min <= value <= max; else reports and returns min.
  int64_t Within(const Node& node, absl::string_view field, int64_t value, int64_t min,
                 int64_t max, absl::string_view unit);
  sim::Duration Time(const Node& node, absl::string_view field, const std::string& text);
  void Clocks(const Node& node, const file::Host& host, plan::Host* out);
  void Scheduler(const Node& node, const file::Host& host, plan::Host* out);
  void NetworkCard(const Node& node, const file::Card& card, plan::Card* out);
  void Program(const Node& node, const file::Program& program, plan::Host* out);
  // start and stop, which defaults to the end of the run.
  std::pair<sim::Duration, sim::Duration> Span(const Node& node, const std::string& start,
                                               bool has_stop, const std::string& stop);
  std::optional<wg::IpAddress> Address(const Node& node, absl::string_view field, int index,
                                       const std::string& text, int copy);
  std::optional<wg::Prefix> Prefix(const Node& node, absl::string_view field, int index,
                                   const std::string& text, int copy);
  std::optional<std::string> Filled(const Node& node, absl::string_view field, int index,
                                    const std::string& text, int copy);
  bool Name(const Node& node, absl::string_view field, const std::string& name);
  // A host, or the hosts of a template; nullptr, and reported, if there is none.
  const HostGroup* FindHosts(const Node& node, absl::string_view field, const std::string& name);
  int FindHost(const Node& node, absl::string_view field, const std::string& name);
  int FindDevice(const Node& node, absl::string_view field, int host, const std::string& name);
  int CopyOf(int host) const { return copies_[host]; }  // number of the copy that it is; -1: none
  const std::string& HostName(int host) const { return plan.hosts[host].name; }
  std::string DeviceName(int device) const;

  // --- unfold_regions.cc ---
  void Regions();
  void HostRegion(const Node& node, const file::Host& host, int copy, plan::Host* out);
  plan::Path PathValues(const Node& node, const std::string& delay, const std::string& jitter,
                        uint32_t loss_ppm);
  // From host to host; nullptr, and reported at the link's `latencies`, if it is not known.
  const plan::Path* PathBetween(const Node& node, int from, int to);
  void OneSwitch(const Node& node, const file::Link& link);
  void AloneTogether(const Node& node, const plan::Switch& out, int number);
  void SwitchPaths(const Node& node, const file::Link& link, plan::Switch* out);
  bool Adjacent(int a, int b) const;

  // --- unfold_hosts.cc ---
  // The name given, or the next free one of eth0, eth1, ... False: it is taken.
  bool TakeInterface(int host, std::string* name);
  plan::Link CableOf(const file::Link& link) const;
  void HostOrTemplate(const Node& node, const file::Host& host);
  void LinkOrMesh(const Node& node, const file::Link& link);
  void OneHost(const Node& node, const file::Host& host, const std::string& name, int copy);
  void Routes();
  void OneLink(const Node& node, const file::Link& link, int a, const std::string& a_interface,
               int b, const std::string& b_interface, absl::string_view field);
  void LinkValues(const Node& node, const file::Link& link);
  std::pair<int, std::string> LinkEnd(const Node& node, absl::string_view field,
                                      const std::string& text);
  bool Reaches(int host, const wg::IpAddress& address) const;

  // --- unfold_devices.cc ---
  void OneDevice(const Node& node, const file::WireguardDevice& device, int host);
  void Pods();
  void OnePodSet(const Node& node, const file::PodSet& set, int host);
  void OnePod(const Node& node, absl::string_view field, int index, plan::Pod pod);
  void Own(const Node& node, absl::string_view field, int index, const wg::IpAddress& address,
           Owner owner);
  void Peers();
  void MeshPeer(const Node& node, const file::WireguardDevice& device, int self, int other,
                const PrefixList& allowed_ips);
  void OnePeer(const Node& node, const file::Peer& peer, int device, Listed* listed);
  void AddPeer(const Node& node, const file::Peer& peer, int device, int far, int copy, Listed* out);
  void PeerEndpoint(const Node& node, const file::Peer& peer, int device, int copy,
                    plan::Peer* out);
  // Itself, or through a forwarded port.
  bool LeadsTo(wg::Endpoint endpoint, const plan::Device& far) const;
  void Overlaps(int device, const Listed& listed);

  // --- unfold_traffic.cc ---
  void OneFlow(const Node& node, const file::Flow& flow);
  std::vector<FlowEndMatch> FlowEnds(const Node& node, absl::string_view field,
                                     const std::string& text);
  std::optional<plan::FlowEnd> EndOfHost(const Node& node, absl::string_view field, int host);
  void AddFlow(const Node& node, const file::Flow& flow, plan::Flow values,
               const FlowEndMatch& from, const FlowEndMatch& to, const std::string& name);
  void Core(const Node& node, absl::string_view field, bool given, uint32_t core,
            plan::FlowEnd* end);
  plan::Role RoleOf(const Node& node, const file::Flow& flow, const wg::IpAddress& address);
  // Whether an action makes the host leave the mesh, or stops it.
  bool Leaves(int host) const;
  void CheckPorts();
  void CheckOwner(const Node& node, absl::string_view field, const plan::FlowEnd& from,
                  const plan::FlowEnd& to);
  Match LongestMatch(int host, const wg::IpAddress& address) const;

  // --- unfold_flow_kinds.cc ---
  bool FlowKind(const Node& node, const file::Flow& flow, plan::Flow* out);
  bool StreamKind(const Node& node, const file::Stream& stream, plan::Flow* out);
  void RequestsKind(const Node& node, const file::Requests& requests, plan::Flow* out);
  void TransactionsKind(const Node& node, const file::Transactions& transactions, plan::Flow* out);
  void BulkKind(const Node& node, const file::Bulk& bulk, plan::Flow* out);
  void PingKind(const Node& node, const file::Ping& ping, plan::Flow* out);
  void OneFlood(const Node& node, const file::Flood& flood, int index);
  void FloodSources(const Node& node, const file::Flood& flood, int to, plan::Flood* values);

  // --- unfold_changes.cc ---
  void ActionPrefixes();
  void OneAction(const Node& node, const file::Action& action, int index);
  void ReadMoment(const Node& node, const file::Action& action, plan::Moment* out);
  void Watch();
  void CheckRemovals();
  void CountChanges(const Node& node, absl::string_view field, __int128 count);

  // --- unfold_managers.cc ---
  void Managers();
  void OneManager(const Node& node, const file::Manager& manager);
  void ManagerValues(const Node& node, const file::Manager& manager, plan::Manager* out);
  // What a program has from time to time or after a while: its own default unless given.
  sim::Duration Period(const Node& node, absl::string_view field, bool given,
                       const std::string& text, bool has, sim::Duration usual,
                       plan::Method method);
  // Whether it is an event of the mesh.
  bool OneMeshAction(const Node& node, const file::Action& action, const plan::Moment& when);
  bool OneFault(const Node& node, const file::Action& action, const plan::Moment& when);
  void FlowsOfFaults();
  template <typename Message>
  bool MeshDevice(const Node& node, const Message& message, plan::MeshAction* out);

  const file::Scenario& in;
  const Node root;
  Plan& plan;
  const FindCostModel find_cost_model;
  Diagnostics& diagnostics_;

  // What is wrong already, so that its mere consequences are not reported as well.
  bool hosts_ok_ = true;     // hosts have their names
  bool underlay_ok_ = true;  // ... and their addresses and links
  bool pods_ok_ = true;      // ... and their interfaces and pods
  bool peers_ok_ = true;     // ... and those their peers

  absl::btree_map<std::string, HostGroup> groups_;
  std::vector<int> copies_;                                    // for each host
  absl::btree_map<wg::IpAddress, int> underlay_;               // address -> host
  absl::btree_map<std::pair<int, int>, int> neighbours_;       // hosts -> link
  std::vector<std::vector<int>> switches_of_;                  // for each host
  absl::btree_map<std::string, int> regions_;                  // name -> number
  std::vector<std::optional<plan::Path>> paths_;               // from each region to each
  absl::btree_set<std::pair<int, int>> pathless_;              // that were reported
  std::vector<absl::btree_set<std::string>> interfaces_;       // for each host
  absl::btree_map<std::pair<int, std::string>, int> devices_;  // host, name -> device
  absl::btree_map<wg::IpAddress, Owner> inner_;
  absl::btree_map<std::string, int> pods_;                                   // "node0/pod7"
  absl::btree_map<std::string, std::string> keys_;                           // private key -> whose
  absl::btree_map<std::pair<int, std::string>, std::vector<int>> pod_sets_;  // host, set -> pods
  std::vector<bool> bystanders_;                                             // for each pod
  std::vector<int> next_core_;                                               // for each host
  absl::btree_set<std::string> flow_names_;
  std::vector<Node> action_nodes_;  // for each of plan.reconfigures
  std::vector<Node> flow_nodes_;    // for each of plan.flows
  __int128 changes_ = 0;            // that were counted
  std::vector<bool> managed_;       // for each host: has an entry of its own
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_UNFOLD_H_
