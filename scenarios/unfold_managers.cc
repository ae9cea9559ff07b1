// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The programs that configure WireGuard, and the events of the mesh that actions make.
#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/unfold.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

constexpr int kMostPort = 65535;

wg::netlink::Splitting SplittingOf(file::Splitting splitting) {
  switch (splitting) {
    case file::WG_PAGE:
      return wg::netlink::Splitting::kWgPage;
    case file::WGCTRL:
      return wg::netlink::Splitting::kWgctrl;
    case file::WHOLE:
      return wg::netlink::Splitting::kNone;
    case file::NETWORKD:
      return wg::netlink::Splitting::kNetworkd;
  }
  return {};
}

}  // namespace

plan::Method MethodOf(file::ManagerProgram program) {
  // Same order, counted from 1 there.
  static_assert(file::CILIUM_REPLACE == 1 && file::ROSENPASS == plan::kMethods);
  return static_cast<plan::Method>(static_cast<int>(program) - 1);
}

void Unfolding::Managers() {
  const file::Manager defaults;
  for (const plan::Host& host : plan.hosts) {
    plan::Manager manager;
    manager.core = host.cores - 1;
    ManagerValues(root, defaults, &manager);
    plan.managers.push_back(manager);
  }
  managed_.resize(plan.hosts.size());
  for (int i = 0; i < in.managers_size(); ++i) {
    OneManager(root.Child("managers", i), in.managers(i));
  }
}

void Unfolding::OneManager(const Node& node, const file::Manager& manager) {
  plan::Manager values;
  ManagerValues(node, manager, &values);
  const HostGroup* group = FindHosts(node, "host", manager.host());
  if (group == nullptr) return;
  for (const int host : group->members) {
    if (managed_[host]) {
      Wrong(node, "host", absl::StrCat(HostName(host), " has a manager already; keep one"));
      continue;
    }
    managed_[host] = true;
    const int usual_core = plan.managers[host].core;
    plan.managers[host] = values;
    plan.managers[host].core = usual_core;
    if (!manager.has_core()) continue;
    if (manager.core() >= static_cast<uint32_t>(plan.hosts[host].cores)) {
      Wrong(node, "core",
            absl::StrCat(HostName(host), " has no core ", manager.core(), "; write 0 to ",
                         plan.hosts[host].cores - 1));
    } else {
      plan.managers[host].core = static_cast<int>(manager.core());
    }
  }
}

sim::Duration Unfolding::Period(const Node& node, absl::string_view field, bool given,
                                const std::string& text, bool has, sim::Duration usual,
                                plan::Method method) {
  if (!given) return has ? usual : sim::Duration(0);
  if (!has) {
    Wrong(node, field,
          absl::StrCat(plan::Name(method), " has no such thing; leave it out, or set it only in the "
                                           "variants whose program has it"));
    return sim::Duration(0);
  }
  return Time(node, field, text);
}

void Unfolding::ManagerValues(const Node& node, const file::Manager& in_file, plan::Manager* out) {
  out->notice_delay = Time(node, "notice_delay", in_file.notice_delay());
  out->notice_jitter = Time(node, "notice_jitter", in_file.notice_jitter());
  if (in_file.has_program()) out->method = MethodOf(in_file.program());
  const plan::Method method = out->method.value_or(plan.method);
  const plan::MethodTraits& traits = plan::TraitsOf(method);
  if (out->method && traits.removes_single && !plan::KnowsRemoveMe(plan.implementation)) {
    Wrong(node, "program",
          absl::StrCat(plan::Name(plan.implementation),
                       " cannot remove single allowed ips; write another program, or "
                       "implementation: LINUX_6_16 or WIREGUARD_GO"));
  }
  out->splitting = in_file.has_splitting() ? SplittingOf(in_file.splitting()) : traits.splitting;
  const auto period = [&](absl::string_view field, bool given, const std::string& text, bool has,
                          sim::Duration usual) {
    return Period(node, field, given, text, has, usual, method);
  };
  const bool networkd = method == plan::Method::kNetworkd;
  const bool rosenpass = method == plan::Method::kRosenpass;
  out->resync_every = period("resync_every", in_file.has_resync_every(), in_file.resync_every(),
                             traits.resyncs, traits.resync_every);
  out->debounce = period("debounce", in_file.has_debounce(), in_file.debounce(), traits.debounces,
                         plan::kDebounce);
  out->debounce_limit =
      period("debounce_limit", in_file.has_debounce_limit(), in_file.debounce_limit(),
             traits.debounces, std::max(plan::kDebounceLimit, out->debounce));
  if (out->debounce_limit < out->debounce) {
    Wrong(node, "debounce_limit",
          absl::StrCat("is less than debounce; write at least ", DurationText(out->debounce)));
  }
  out->idle_after = period("idle_after", in_file.has_idle_after(), in_file.idle_after(),
                           traits.idles, traits.idle_after);
  out->dns_delay =
      period("dns_delay", in_file.has_dns_delay(), in_file.dns_delay(), networkd, plan::kDnsDelay);
  out->psk_skew = period("psk_skew", in_file.has_psk_skew(), in_file.psk_skew(), rosenpass,
                         sim::Duration(0));
  if (rosenpass && out->psk_skew > sim::Duration(0) && out->psk_skew >= out->resync_every) {
    Wrong(node, "psk_skew",
          absl::StrCat("is not less than resync_every; write less than ",
                       DurationText(out->resync_every)));
  }
  const auto only = [&](absl::string_view field, bool given, bool has) {
    if (given) period(field, true, "0s", has, sim::Duration(0));
  };
  only("dns_failures", in_file.has_dns_failures(), networkd);
  only("early_update_only", in_file.has_early_update_only(), method == plan::Method::kNetbird);
  only("never_equal", in_file.has_never_equal(), method == plan::Method::kKilo);
  out->dns_failures = static_cast<uint32_t>(
      Within(node, "dns_failures", in_file.dns_failures(), 0, plan::kMostDnsFailures, "failures"));
  out->early_update_only = in_file.early_update_only();
  out->never_equal = in_file.never_equal();
}

template <typename Message>
bool Unfolding::MeshDevice(const Node& node, const Message& message, plan::MeshAction* out) {
  out->host = FindHost(node, "host", message.host());
  if (out->host == plan::kNone) return false;
  out->device = FindDevice(node, "device", out->host, message.device());
  return out->device != plan::kNone;
}

bool Unfolding::OneMeshAction(const Node& node, const file::Action& action,
                              const plan::Moment& when) {
  plan::MeshAction out{
      .name = when.name, .at = when.at, .every = when.every, .times = when.times};
  using Kind = plan::MeshAction::Kind;
  bool ok = false;
  switch (action.what_case()) {
    case file::Action::kNodeLeaves:
      out.kind = Kind::kLeave;
      ok = MeshDevice(node.Child("node_leaves"), action.node_leaves(), &out);
      break;
    case file::Action::kNodeJoins:
      out.kind = Kind::kJoin;
      ok = MeshDevice(node.Child("node_joins"), action.node_joins(), &out);
      break;
    case file::Action::kChangeKey:
      out.kind = Kind::kChangeKey;
      ok = MeshDevice(node.Child("change_key"), action.change_key(), &out);
      break;
    case file::Action::kChangePort: {
      const Node inner = node.Child("change_port");
      out.kind = Kind::kChangePort;
      ok = MeshDevice(inner, action.change_port(), &out);
      if (!action.change_port().has_listen_port()) {
        Wrong(inner, "listen_port", "is missing; write the new port, as listen_port: 51821");
      } else {
        out.listen_port = static_cast<uint16_t>(
            Within(inner, "listen_port", action.change_port().listen_port(), 1, kMostPort, ""));
      }
      break;
    }
    case file::Action::kRestartManager: {
      const Node inner = node.Child("restart_manager");
      const file::RestartManager& restart = action.restart_manager();
      out.kind = Kind::kRestart;
      out.host = FindHost(inner, "host", restart.host());
      out.downtime = Time(inner, "downtime", restart.downtime());
      out.replay = Time(inner, "replay", restart.replay());
      if (when.times > 1 && when.every <= out.downtime + out.replay) {
        Wrong(node, "every",
              absl::StrCat("is not more than downtime and replay together; write more than ",
                           DurationText(out.downtime + out.replay)));
      }
      ok = out.host != plan::kNone;
      break;
    }
    case file::Action::kResyncManager:
      out.kind = Kind::kResync;
      out.host = FindHost(node.Child("resync_manager"), "host", action.resync_manager().host());
      ok = out.host != plan::kNone;
      break;
    default:
      return false;
  }
  if (ok) plan.mesh_actions.push_back(std::move(out));
  return true;
}

}  // namespace scenario
