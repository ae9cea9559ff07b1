// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/unfold_faults.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "protocol/errno.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

constexpr int64_t kMillion = 1'000'000;

}  // namespace

bool Unfolding::OneFault(const Node& node, const file::Action& action, const plan::Moment& when) {
  return FaultReader(this).Read(node, action, when);
}

void Unfolding::FlowsOfFaults() { FaultReader(this).FindFlows(); }

bool FaultReader::Read(const Node& node, const file::Action& action, const plan::Moment& when) {
  plan::Fault out;
  out.when = when;
  bool whole = false;
  switch (action.what_case()) {
    case file::Action::kLinkFault:
      whole = LinkFault(node.Child("link_fault"), action.link_fault(), &out);
      break;
    case file::Action::kPartition:
      whole = Partition(node.Child("partition"), action.partition(), &out);
      break;
    case file::Action::kCoreStall:
      whole = CoreStall(node.Child("core_stall"), action.core_stall(), &out);
      break;
    case file::Action::kSuspend:
      out.kind = plan::Fault::Kind::kSuspend;
      whole = Away(node.Child("suspend"), action.suspend(), "sleeps", &out);
      break;
    case file::Action::kCrash:
      out.kind = plan::Fault::Kind::kCrash;
      whole = Away(node.Child("crash"), action.crash(), "has no power", &out);
      break;
    case file::Action::kClockStep:
      whole = ClockStep(node.Child("clock_step"), action.clock_step(), &out);
      break;
    case file::Action::kManagerPause:
      whole = ManagerPause(node.Child("manager_pause"), action.manager_pause(), &out);
      break;
    case file::Action::kNoMemory:
      whole = NoMemory(node.Child("no_memory"), action.no_memory(), &out);
      break;
    case file::Action::kNetlinkFault:
      whole = NetlinkFault(node.Child("netlink_fault"), action.netlink_fault(), &out);
      break;
    case file::Action::kProcessPause:
      whole = ProcessPause(node.Child("process_pause"), action.process_pause(), &out);
      break;
    case file::Action::kAddressLoss:
      whole = AddressLoss(node.Child("address_loss"), action.address_loss(), &out);
      break;
    default:
      return false;
  }
  if (whole) in_.plan.faults.push_back(std::move(out));
  return true;
}

void FaultReader::Lasts(const Node& node, bool given, const std::string& text, plan::Fault* out) {
  if (!given) return;
  out->lasts = in_.Time(node, "lasts", text);
  if (out->lasts == sim::Duration(0) && ParseDuration(text).ok()) {
    in_.Wrong(node, "lasts", "0s is no time; write more than 0s");
  }
}

void FaultReader::LastsRequired(const Node& node, bool given, const std::string& text,
                                plan::Fault* out) {
  if (!given) in_.Wrong(node, "lasts", "is missing; write how long, as lasts: \"50ms\"");
  Lasts(node, given, text, out);
}

bool FaultReader::LinkFault(const Node& node, const file::LinkFault& fault, plan::Fault* out) {
  Lasts(node, fault.has_lasts(), fault.lasts(), out);
  FindCable(node, fault, out);
  if (fault.has_from() && !out->cables.empty()) From(node, fault, out);
  const std::vector<std::string> words = ReadChange(node, fault, &out->change);
  if (words.empty()) {
    in_.Wrong(node, "down", "nothing goes wrong; write down: true, or loss_ppm, delay, rate, ...");
  }
  const std::string from = fault.has_from() ? absl::StrCat(" from ", fault.from()) : "";
  out->words = absl::StrCat(fault.link(), from, " ", absl::StrJoin(words, ", "));
  return !out->cables.empty();
}

void FaultReader::FindCable(const Node& node, const file::LinkFault& fault, plan::Fault* out) {
  std::vector<std::string> names;
  std::vector<plan::Cable> cables;
  for (size_t i = 0; i < in_.plan.links.size(); ++i) {
    names.push_back(in_.plan.links[i].name);
    cables.push_back({.link = static_cast<int>(i)});
  }
  for (size_t i = 0; i < in_.plan.switches.size(); ++i) {
    const plan::Switch& one = in_.plan.switches[i];
    for (size_t port = 0; port < one.ports.size(); ++port) {
      names.push_back(absl::StrCat(in_.HostName(one.ports[port].end.host), "-", one.name));
      cables.push_back({.of_switch = static_cast<int>(i), .port = static_cast<int>(port)});
    }
  }
  const auto at = std::find(names.begin(), names.end(), fault.link());
  if (at != names.end()) {
    out->cables = {cables[static_cast<size_t>(at - names.begin())]};
    return;
  }
  if (!in_.underlay_ok_) return;
  const std::string hint = "write the names of its ends, as ";
  const std::string near = Nearest(fault.link(), names);
  in_.Wrong(node, "link",
            !fault.has_link() ? absl::StrCat("is missing; ", hint, "link: \"node0-node1\"")
            : near.empty()    ? absl::StrCat("there is no link \"", fault.link(), "\"; ", hint,
                                             "\"node0-node1\" or \"node0-switch0\"")
                           : absl::StrCat("there is no link \"", fault.link(), "\"; did you mean ",
                                          near, "?"));
}

void FaultReader::From(const Node& node, const file::LinkFault& fault, plan::Fault* out) {
  const plan::Cable& cable = out->cables[0];
  std::string ends[2];
  if (cable.of_switch == plan::kNone) {
    const plan::Link& link = in_.plan.links[cable.link];
    for (int side = 0; side < 2; ++side) ends[side] = in_.HostName(link.ends[side].host);
  } else {
    const plan::Switch& one = in_.plan.switches[cable.of_switch];
    ends[0] = in_.HostName(one.ports[cable.port].end.host);
    ends[1] = one.name;
  }
  for (int side = 0; side < 2; ++side) {
    if (ends[side] == fault.from()) out->side = side;
  }
  if (out->side != plan::kNone) return;
  in_.Wrong(node, "from",
            absl::StrCat("\"", fault.from(), "\" is no end of ", fault.link(), "; write ", ends[0],
                         " or ", ends[1]));
}

std::vector<std::string> FaultReader::ReadChange(const Node& node, const file::LinkFault& fault,
                                                 plan::LinkChange* out) {
  std::vector<std::string> words;
  out->down = fault.down();
  if (out->down) words.push_back("is down");
  if (fault.has_rate()) {
    const absl::StatusOr<int64_t> rate = ParseBitRate(fault.rate());
    if (!rate.ok()) in_.Wrong(node, "rate", rate.status().message());
    out->bits_per_second = rate.value_or(1);
    words.push_back(absl::StrCat("carries ", fault.rate()));
  }
  const auto time = [&](const char* field, bool given, const std::string& text, const char* what,
                        std::optional<sim::Duration>* value) {
    if (!given) return;
    *value = in_.Time(node, field, text);
    words.push_back(absl::StrCat(what, " ", text));
  };
  const auto share = [&](const char* field, bool given, uint32_t ppm, const char* what,
                         std::optional<uint32_t>* value) {
    if (!given) return;
    *value = static_cast<uint32_t>(in_.Within(node, field, ppm, 0, kMillion, "of a million"));
    words.push_back(absl::StrCat(what, " ", ppm, " of a million packets"));
  };
  time("delay", fault.has_delay(), fault.delay(), "takes", &out->delay);
  time("jitter", fault.has_jitter(), fault.jitter(), "varies by", &out->jitter);
  share("loss_ppm", fault.has_loss_ppm(), fault.loss_ppm(), "loses", &out->loss_ppm);
  share("reorder_ppm", fault.has_reorder_ppm(), fault.reorder_ppm(), "holds back",
        &out->reorder_ppm);
  time("reorder_delay", fault.has_reorder_delay(), fault.reorder_delay(), "holds back for",
       &out->reorder_delay);
  share("duplicate_ppm", fault.has_duplicate_ppm(), fault.duplicate_ppm(), "doubles",
        &out->duplicate_ppm);
  share("corrupt_ppm", fault.has_corrupt_ppm(), fault.corrupt_ppm(), "damages", &out->corrupt_ppm);
  return words;
}

bool FaultReader::Partition(const Node& node, const file::Partition& partition, plan::Fault* out) {
  Lasts(node, partition.has_lasts(), partition.lasts(), out);
  absl::btree_set<int> inside;
  bool known = in_.underlay_ok_;
  for (int i = 0; i < partition.hosts_size(); ++i) {
    const Unfolding::HostGroup* group = in_.FindHosts(node, "hosts", partition.hosts(i));
    known &= group != nullptr;
    if (group != nullptr) inside.insert(group->members.begin(), group->members.end());
  }
  Cut(inside, out);
  out->change.down = true;
  out->words = absl::StrCat(absl::StrJoin(partition.hosts(), ", "), " reach nobody else");
  const bool cuts = !out->cables.empty() || !out->shores.empty();
  if (!cuts && known) {
    in_.Wrong(
        node, "hosts",
        partition.hosts_size() == 0
            ? "is missing; write who is cut off, as hosts: \"node0\""
            : "nothing leads from these hosts to others; name hosts that have links to others");
  }
  if (!TakeBit(out)) {
    in_.Wrong(node, "hosts",
              absl::StrCat("more than ", plan::kMostShores,
                           " partitions cut a switch; use every and times for what repeats"));
  }
  return cuts;
}

bool FaultReader::TakeBit(plan::Fault* out) {
  if (out->shores.empty()) return true;
  for (const plan::Fault& other : in_.plan.faults) out->bit += !other.shores.empty();
  return out->bit < plan::kMostShores;
}

bool FaultReader::Isolate(int host, const plan::Moment& when, sim::Duration lasts) {
  plan::Fault out;
  out.when = when;
  out.lasts = lasts;
  out.change.down = true;
  out.words = absl::StrCat(in_.HostName(host), " is off");
  Cut({host}, &out);
  if (!TakeBit(&out)) return false;
  if (!out.cables.empty() || !out.shores.empty()) in_.plan.faults.push_back(std::move(out));
  return true;
}

void FaultReader::Cut(const absl::btree_set<int>& inside, plan::Fault* out) {
  for (size_t i = 0; i < in_.plan.links.size(); ++i) {
    const plan::Link& link = in_.plan.links[i];
    if (inside.contains(link.ends[0].host) == inside.contains(link.ends[1].host)) continue;
    out->cables.push_back({.link = static_cast<int>(i)});
  }
  for (size_t i = 0; i < in_.plan.switches.size(); ++i) {
    const std::vector<plan::Switch::Port>& ports = in_.plan.switches[i].ports;
    plan::Shore shore{.of_switch = static_cast<int>(i), .ports = {}};
    for (size_t port = 0; port < ports.size(); ++port) {
      if (inside.contains(ports[port].end.host)) shore.ports.push_back(static_cast<int>(port));
    }
    const bool divides = !shore.ports.empty() && shore.ports.size() < ports.size();
    if (divides) out->shores.push_back(std::move(shore));
  }
}

bool FaultReader::CoreStall(const Node& node, const file::CoreStall& stall, plan::Fault* out) {
  out->kind = plan::Fault::Kind::kCoreStall;
  LastsRequired(node, stall.has_lasts(), stall.lasts(), out);
  out->host = in_.FindHost(node, "host", stall.host());
  if (out->host == plan::kNone) return false;
  out->core = static_cast<int>(
      in_.Within(node, "core", stall.core(), 0, in_.plan.hosts[out->host].cores - 1, ""));
  out->words = absl::StrCat("core ", out->core, " of ", in_.HostName(out->host), " does nothing");
  return true;
}

template <typename Message>
bool FaultReader::Away(const Node& node, const Message& message, const char* words,
                       plan::Fault* out) {
  LastsRequired(node, message.has_lasts(), message.lasts(), out);
  out->host = in_.FindHost(node, "host", message.host());
  if (out->host == plan::kNone) return false;
  out->words = absl::StrCat(in_.HostName(out->host), " ", words);
  return true;
}

bool FaultReader::ClockStep(const Node& node, const file::ClockStep& step, plan::Fault* out) {
  out->kind = plan::Fault::Kind::kClockStep;
  Lasts(node, step.has_lasts(), step.lasts(), out);
  out->host = in_.FindHost(node, "host", step.host());
  if (step.has_forward() == step.has_back()) {
    in_.Wrong(node, "back",
              step.has_back() ? "a clock goes forward or back; leave out one of them"
                              : "is missing; write how far, as back: \"1h\" or forward: \"1h\"");
    return false;
  }
  const char* const field = step.has_back() ? "back" : "forward";
  const std::string& text = step.has_back() ? step.back() : step.forward();
  const sim::Duration by = in_.Time(node, field, text);
  if (by == sim::Duration(0) && ParseDuration(text).ok()) {
    in_.Wrong(node, field, "0s is no step; write more than 0s");
  }
  out->step = step.has_back() ? -by : by;
  if (out->host == plan::kNone) return false;
  const auto since_1970 = in_.plan.hosts[out->host].clocks.wall.time_since_epoch();
  if (step.has_back() &&
      static_cast<__int128>(by.count()) * out->when.times >= since_1970.count()) {
    in_.Wrong(node, "back", "goes back beyond 1970; write less");
  }
  out->words = absl::StrCat("the wall clock of ", in_.HostName(out->host),
                            step.has_back() ? " is set back by " : " is set forward by ", text);
  return true;
}

bool FaultReader::ManagerPause(const Node& node, const file::ManagerPause& pause,
                               plan::Fault* out) {
  out->kind = plan::Fault::Kind::kManagerPause;
  Lasts(node, pause.has_lasts(), pause.lasts(), out);
  out->host = in_.FindHost(node, "host", pause.host());
  if (out->host == plan::kNone) return false;
  out->words = absl::StrCat("the manager of ", in_.HostName(out->host), " stands still");
  return true;
}

template <typename Message>
bool FaultReader::Request(const Node& node, const Message& message, plan::Fault* out) {
  out->kind = plan::Fault::Kind::kRequest;
  out->request.message =
      static_cast<int>(in_.Within(node, "message", message.message(), 1, kMillion, ""));
  out->host = in_.FindHost(node, "host", message.host());
  if (out->host == plan::kNone) return false;
  out->device = in_.FindDevice(node, "device", out->host, message.device());
  if (out->device == plan::kNone) return false;
  out->words =
      absl::StrCat("message ", message.message(), " from then on to ", in_.DeviceName(out->device));
  return true;
}

bool FaultReader::NoMemory(const Node& node, const file::NoMemory& fault, plan::Fault* out) {
  out->request.allocation =
      static_cast<uint32_t>(in_.Within(node, "allocation", fault.allocation(), 1, kMillion, ""));
  if (!Request(node, fault, out)) return false;
  const plan::Implementation implementation = in_.plan.implementation;
  if (implementation == plan::Implementation::kWireguardGo ||
      implementation == plan::Implementation::kBoringtun) {
    in_.Wrong(node, "host",
              absl::StrCat("a program in user space ends without memory, and ",
                           plan::Name(implementation), " is one; write crash { ... }"));
  }
  absl::StrAppend(&out->words, ": allocation ", fault.allocation(), " fails");
  return true;
}

bool FaultReader::NetlinkFault(const Node& node, const file::NetlinkFault& fault,
                               plan::Fault* out) {
  constexpr wg::Errno kErrors[] = {wg::Errno::kPerm, wg::Errno::kNoMem, wg::Errno::kNoDev,
                                   wg::Errno::kInval, wg::Errno::kNoBufs};
  std::vector<std::string> names;
  for (const wg::Errno error : kErrors) {
    names.emplace_back(wg::ErrnoName(error));
    if (names.back() == fault.error()) out->request.error = error;
  }
  if (out->request.error == wg::Errno::kOk) {
    const std::string all = absl::StrCat("write one of ", absl::StrJoin(names, ", "));
    in_.Wrong(node, "error",
              fault.has_error() ? absl::StrCat("\"", fault.error(), "\" is no answer; ", all)
                                : absl::StrCat("is missing; ", all));
  }
  out->request.applied = fault.applied();
  if (!Request(node, fault, out)) return false;
  absl::StrAppend(&out->words, fault.applied() ? " is carried out, and answered " : " is answered ",
                  fault.error());
  return true;
}

bool FaultReader::ProcessPause(const Node& node, const file::ProcessPause& pause,
                               plan::Fault* out) {
  out->kind = plan::Fault::Kind::kProcessPause;
  Lasts(node, pause.has_lasts(), pause.lasts(), out);
  out->receiver = pause.receiver();
  out->words = absl::StrCat("the ", pause.receiver() ? "receiver" : "sender", " of ", pause.flow(),
                            " stands still");
  return true;
}

void FaultReader::FindFlows() {
  for (int i = 0; i < in_.in.actions_size(); ++i) {
    if (!in_.in.actions(i).has_process_pause()) continue;
    const file::ProcessPause& pause = in_.in.actions(i).process_pause();
    const Node node = in_.root.Child("actions", i).Child("process_pause");
    const std::string action =
        in_.in.actions(i).has_name() ? in_.in.actions(i).name() : absl::StrCat("action", i);
    std::vector<std::string> names;
    for (const plan::Flow& flow : in_.plan.flows) names.push_back(flow.name);
    const auto at = std::find(names.begin(), names.end(), pause.flow());
    if (at == names.end()) {
      const std::string near = Nearest(pause.flow(), names);
      in_.Wrong(node, "flow",
                !pause.has_flow() ? "is missing; write the name of a flow"
                : near.empty()    ? absl::StrCat("there is no flow \"", pause.flow(),
                                                 "\"; write a name as results have it")
                                  : absl::StrCat("there is no flow \"", pause.flow(),
                                                 "\"; did you mean ", near, "?"));
      continue;
    }
    const int flow = static_cast<int>(at - names.begin());
    if (pause.receiver() && !in_.plan.flows[flow].stream) {
      in_.Wrong(node, "receiver", "only streams have one that can be stopped; leave it out");
    }
    for (plan::Fault& fault : in_.plan.faults) {
      if (fault.when.name == action) fault.flow = flow;
    }
  }
}

bool FaultReader::AddressLoss(const Node& node, const file::AddressLoss& loss, plan::Fault* out) {
  out->kind = plan::Fault::Kind::kAddressLoss;
  Lasts(node, loss.has_lasts(), loss.lasts(), out);
  out->host = in_.FindHost(node, "host", loss.host());
  if (!loss.has_address()) in_.Wrong(node, "address", "is missing; write the address that goes");
  if (out->host == plan::kNone || !loss.has_address()) return false;
  const std::optional<wg::IpAddress> address =
      in_.Address(node, "address", -1, loss.address(), in_.CopyOf(out->host));
  if (!address.has_value()) return false;
  out->address = *address;
  bool has = false;
  for (const wg::IpAddress& other : in_.plan.hosts[out->host].addresses) {
    has |= other == *address;
    if (other != *address && other.family() == address->family() && !out->instead) {
      out->instead = other;
    }
  }
  if (!has || !out->instead) {
    in_.Wrong(
        node, "address",
        absl::StrCat(in_.HostName(out->host),
                     has ? " has no other address of this family" : " does not have this address",
                     "; give it one in hosts { addresses: ... }"));
  }
  out->words = absl::StrCat(in_.HostName(out->host), " has lost ", address->ToString());
  return has;
}

}  // namespace scenario
