// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: a program with a device that carries out at once what it says, and a text of what it said.
#ifndef WGSIM_SCENARIOS_MANAGERS_MANAGED_DEVICE_H_
#define WGSIM_SCENARIOS_MANAGERS_MANAGED_DEVICE_H_

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/fake_entropy.h"
#include "protocol/ip.h"
#include "protocol/netlink/split.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "scenarios/managers/manager.h"
#include "scenarios/managers/mesh.h"
#include "scenarios/managers/programs.h"
#include "scenarios/managers/request_text.h"
#include "scenarios/plan_managers.h"
#include "sim/time.h"

namespace scenario {

inline wg::Prefix Net(absl::string_view text) { return wg::Prefix::Parse(text).value(); }

inline wg::PublicKey TestKey(char name) {
  wg::PublicKey key;
  key.bytes[0] = static_cast<uint8_t>(name);
  return key;
}

inline plan::Manager UsualValues(plan::Method method) {
  const plan::MethodTraits& traits = plan::TraitsOf(method);
  plan::Manager values;
  values.splitting = traits.splitting;
  values.resync_every = traits.resync_every;
  values.idle_after = traits.idle_after;
  values.debounce = plan::kDebounce;
  values.debounce_limit = plan::kDebounceLimit;
  values.dns_delay = plan::kDnsDelay;
  return values;
}

class ManagedDevice {
 public:
  explicit ManagedDevice(plan::Method method) : ManagedDevice(method, UsualValues(method)) {}
  ManagedDevice(plan::Method method, const plan::Manager& values)
      : splitting_(values.splitting),
        device_(wg::DeviceOptions{.profile = &wg::kLinux616,
                                  .crypto = &wg::ModelledCrypto(),
                                  .entropy = &entropy_,
                                  .pool = &pool_,
                                  .module = &module_}),
        manager_(MakeManager(method, {.values = values, .read_device = [this] { return device_.Get(); }})) {
    wg::SetDevice own;
    own.private_key.emplace();
    own.private_key->bytes[5] = 1;
    own.listen_port = 51820;
    Configure(std::move(own));
  }

  // A node that both device and program know from the start. REQUIRES: before Start().
  void Adopt(int node, const MeshNode& state) {
    wg::SetPeer peer{.public_key = state.key};
    peer.endpoint = state.endpoint;
    for (const wg::Prefix& prefix : state.prefixes) peer.allowed_ips.push_back({.prefix = prefix});
    Configure({.peers = {peer}});
    manager_->Adopt(node, state);
  }
  void Start() { manager_->Start(now_); }

  // Something happens; the program does what it does at once.
  void Tell(const MeshEvent& event) {
    manager_->Hear(event, now_);
    Settle();
  }
  // Several things happen before the program gets round to anything.
  void TellTogether(const std::vector<MeshEvent>& events) {
    for (const MeshEvent& event : events) manager_->Hear(event, now_);
    Settle();
  }
  // Time goes on, and the program with it.
  void RunTo(sim::Duration time) {
    const sim::Time end = sim::kStart + time;
    for (auto due = manager_->due(); due && *due <= end; due = manager_->due()) {
      now_ = std::max(now_, *due);
      manager_->Run(now_);
      CarryOut();
    }
    now_ = end;
  }
  // Every request of the next change is refused.
  void RefuseNext() { refuse_ = true; }
  wg::Errno Configure(wg::SetDevice request) {
    wg::Effects fx;
    return wg::Configure(&device_, std::move(request), wg::Now{}, &fx);
  }

  Manager& manager() { return *manager_; }
  // What was said so far, a line for each message, with time and occasion in front of each change.
  std::string TakeText() { return std::exchange(text_, ""); }
  void Note(absl::string_view text) { absl::StrAppend(&text_, "# ", text, "\n"); }

 private:
  static std::string NameOf(const wg::PublicKey& key) {
    return key.IsZero() ? "zero" : std::string(1, static_cast<char>(key.bytes[0]));
  }

  void Settle() {
    CarryOut();
    for (auto due = manager_->due(); due && *due <= now_; due = manager_->due()) {
      manager_->Run(now_);
      CarryOut();
    }
  }

  void CarryOut() {
    for (Manager::Change& change : manager_->Take()) {
      absl::StrAppendFormat(&text_, "%.3f s  %s%s\n",
                            static_cast<double>((now_ - sim::kStart).count()) / 1e9, change.what,
                            change.at_once ? " (while the packet waits)" : "");
      bool ok = true;
      for (const wg::SetDevice& whole : change.requests) {
        for (wg::netlink::SplitMessage& message :
             wg::netlink::SplitRequest(whole, splitting_, "wg0")) {
          if (!ok) break;
          absl::StrAppend(&text_, "    ", RequestText(message.request, NameOf), "\n");
          ok = !refuse_ && Configure(std::move(message.request)) == wg::Errno::kOk;
        }
      }
      if (!ok) absl::StrAppend(&text_, "    refused\n");
      refuse_ = false;
      if (!change.at_once) manager_->Answered(ok, now_);
    }
  }

  const wg::netlink::Splitting splitting_;
  wg::SeededEntropy entropy_{1};
  wg::BufferPool pool_;
  wg::Module module_;
  wg::Device device_;
  std::unique_ptr<Manager> manager_;
  sim::Time now_ = sim::kStart;
  bool refuse_ = false;
  std::string text_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MANAGERS_MANAGED_DEVICE_H_
