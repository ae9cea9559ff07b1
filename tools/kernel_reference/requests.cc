// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/kernel_reference/requests.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "protocol/check.h"
#include "protocol/config_session.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/netlink/split.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "scenarios/managers/manager.h"
#include "scenarios/managers/mesh.h"
#include "scenarios/managers/programs.h"
#include "sim/rng.h"
#include "sim/wg/sim_entropy.h"

namespace kernel_reference {
namespace {

template <typename Bytes>
std::string Hex(const Bytes& bytes) {
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

wg::PrivateKey PrivateKeyOf(int device) {
  wg::PrivateKey key;
  key.bytes.fill(static_cast<uint8_t>(device + 1));
  return key;
}

wg::PublicKey PublicKeyOf(int device) {
  wg::PublicKey key;
  CHECK(wg::RealCrypto().DerivePublic(PrivateKeyOf(device), &key));
  return key;
}

wg::SetDevice Initial(const scenario::Plan& plan, int index) {
  wg::SetDevice request;
  for (const scenario::plan::Peer& peer : plan.devices[index].peers) {
    wg::SetPeer set;
    set.public_key = PublicKeyOf(peer.device);
    set.endpoint = peer.endpoint;
    if (peer.persistent_keepalive != 0) set.persistent_keepalive = peer.persistent_keepalive;
    for (const wg::Prefix& prefix : peer.allowed_ips) set.allowed_ips.push_back({.prefix = prefix});
    request.peers.push_back(std::move(set));
  }
  return request;
}

// An interface with its manager, without a network: the manager may look at what it has done.
class Managed {
 public:
  Managed(const scenario::Plan& plan, int device)
      : plan_(plan),
        index_(device),
        device_({.profile = wg::FindProfile(scenario::plan::Name(plan.implementation)),
                 .crypto = &wg::ModelledCrypto(),
                 .entropy = &entropy_,
                 .pool = &pool_,
                 .module = &module_}) {
    const scenario::plan::Manager& process = plan.managers[self().host];
    manager_ = scenario::MakeManager(process.method.value_or(plan.method),
                                     {.values = process, .read_device = [this] { return device_.Get(); }});
    int node = 0;
    for (const scenario::plan::Peer& peer : self().peers) {
      manager_->Adopt(node++, {.key = PublicKeyOf(peer.device), .endpoint = peer.endpoint, .prefixes = peer.allowed_ips});
    }
    Apply(Initial(plan, device));
    manager_->Start(sim::kStart);
  }

  absl::StatusOr<std::vector<wg::SetDevice>> Change(const scenario::plan::Reconfigure& change, sim::Duration at) {
    manager_->Hear({.kind = scenario::MeshEvent::Kind::kPrefixes,
                    .node = change.peer,
                    .add = change.add,
                    .remove = change.remove},
                   sim::kStart + at);
    std::vector<wg::SetDevice> requests;
    for (scenario::Manager::Change& said : manager_->Take()) {
      for (wg::SetDevice& request : said.requests) {
        const auto messages =
            wg::netlink::SplitRequest(request, plan_.managers[self().host].splitting, self().name);
        if (messages.size() != 1 || messages[0].bytes > wg::netlink::kPageBytes) {
          return absl::InvalidArgumentError(absl::StrCat(
              change.name, ": a request of ", request.peers.size(), " peers is more than one message of a page"));
        }
        Apply(request);
        requests.push_back(std::move(request));
      }
      manager_->Answered(/*ok=*/true, sim::kStart + at);
    }
    if (requests.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(change.name, ": its manager gathers changes, or has nothing to say; the guest's does not wait"));
    }
    return requests;
  }

 private:
  const scenario::plan::Device& self() const { return plan_.devices[index_]; }
  void Apply(const wg::SetDevice& request) {
    wg::Effects effects;
    CHECK(wg::Configure(&device_, request, wg::Now{}, &effects) == wg::Errno::kOk);
  }

  const scenario::Plan& plan_;
  const int index_;
  wgnode::SimEntropy entropy_{sim::Rng(1)};
  wg::BufferPool pool_;
  wg::Module module_;
  wg::Device device_;
  std::unique_ptr<scenario::Manager> manager_;
};

std::string PeerText(const wg::SetPeer& peer) {
  std::string text = absl::StrCat(" peer=", Hex(peer.public_key.bytes));
  if (peer.remove) text += " remove";
  if (peer.replace_allowed_ips) text += " replace";
  if (peer.update_only) text += " update-only";
  if (peer.endpoint.has_value()) absl::StrAppend(&text, " endpoint=", peer.endpoint->ToString());
  if (peer.persistent_keepalive.has_value()) absl::StrAppend(&text, " keepalive=", *peer.persistent_keepalive);
  for (const wg::AllowedIpChange& change : peer.allowed_ips) {
    absl::StrAppend(&text, change.remove ? " -" : " +", change.prefix.ToString());
  }
  return text;
}

}  // namespace

std::string RequestText(const std::string& interface, const wg::SetDevice& request) {
  std::string text = interface;
  if (request.private_key.has_value()) absl::StrAppend(&text, " private-key=", Hex(request.private_key->bytes));
  if (request.listen_port.has_value()) absl::StrAppend(&text, " listen-port=", *request.listen_port);
  if (request.replace_peers) text += " replace-peers";
  for (const wg::SetPeer& peer : request.peers) text += PeerText(peer);
  return text;
}

std::string InitialRequest(const scenario::Plan& plan, int device) {
  wg::SetDevice request = Initial(plan, device);
  request.private_key = PrivateKeyOf(device);
  request.listen_port = plan.devices[device].listen_port;
  return RequestText(plan.devices[device].name, request);
}

absl::StatusOr<std::vector<TimedRequest>> RequestsOf(const scenario::Plan& plan) {
  struct Occurrence {
    sim::Duration at;
    const scenario::plan::Reconfigure* change;
  };
  std::vector<Occurrence> occurrences;
  for (const scenario::plan::Reconfigure& change : plan.reconfigures) {
    for (int i = 0; i < change.times; ++i) {
      const sim::Duration at = change.at + i * change.every;
      if (at < plan.duration) occurrences.push_back({at, &change});
    }
  }
  std::stable_sort(occurrences.begin(), occurrences.end(),
                   [](const Occurrence& a, const Occurrence& b) { return a.at < b.at; });
  absl::btree_map<int, std::unique_ptr<Managed>> managed;
  std::vector<TimedRequest> all;
  for (size_t i = 0; i < occurrences.size(); ++i) {
    const int device = occurrences[i].change->device;
    std::unique_ptr<Managed>& self = managed[device];
    if (self == nullptr) self = std::make_unique<Managed>(plan, device);
    const auto requests = self->Change(*occurrences[i].change, occurrences[i].at);
    if (!requests.ok()) return requests.status();
    for (const wg::SetDevice& request : *requests) {
      all.push_back({.at = occurrences[i].at,
                     .device = device,
                     .reconfiguration = static_cast<int>(i),
                     .text = RequestText(plan.devices[device].name, request)});
    }
  }
  return all;
}

}  // namespace kernel_reference
