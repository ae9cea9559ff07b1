// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/echo_probe.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "protocol/buffer.h"
#include "protocol/check.h"
#include "protocol/errno.h"
#include "scenarios/values.h"
#include "scenarios/world_changes.h"
#include "sim/wg/cost_model.h"

namespace scenario {
namespace {

// Of the loop's arguments.
constexpr int kEventShift = 32;
// Identifiers of flows begin at the other end.
constexpr uint16_t kFirstId = 65535;

}  // namespace

EchoProbe::EchoProbe(World* world, const Occasion& occasion, sim::Thread* thread, CheckSink* sink)
    : Actor(world->trace().RegisterEntity(absl::StrCat("ping ", occasion.action->name))),
      world_(world),
      occasion_(occasion),
      what_(std::get<plan::PingCommand>(occasion.action->what)),
      thread_(thread),
      sink_(sink),
      netns_(FindNetns(world, what_.host, what_.netns)) {
  if (netns_ == nullptr) {
    errors_.push_back("there is no such namespace");
    Judge();
    return;
  }
  for (id_ = kFirstId; !netns_->icmp().Listen(id_, this); --id_) CHECK_GT(id_, 1);
  SendNext();
}

EchoProbe::~EchoProbe() {
  if (!judged_ && netns_ != nullptr) netns_->icmp().Listen(id_, nullptr);
}

void EchoProbe::SendNext() {
  const wgnode::CostModel& costs = world_->plan().hosts[what_.host].costs;
  const uint64_t sequence = requests_.size() + 1;
  requests_.emplace_back();
  thread_->Submit({.runner = this,
                   .arg = sequence,
                   .price = wgnode::CostModel::Rounded(costs.Picoseconds(wgnode::Cost::kSyscall) +
                                                       costs.Picoseconds(wgnode::Cost::kUdpSend, what_.size))});
  if (sequence < what_.count) world_->loop().After(what_.interval, this, uint64_t{kDue} << kEventShift | sequence);
}

void EchoProbe::Act(uint64_t sequence) {
  if (judged_) return;
  Request& request = requests_[sequence - 1];
  request.sent = world_->loop().now();
  request.is_sent = true;
  if (sequence == what_.count) world_->loop().After(what_.timeout, this, uint64_t{kOver} << kEventShift);
  wg::Buffer payload = world_->fabric().pool()->Allocate(what_.size);
  std::memset(payload.data(), 0, what_.size);
  const net::Interface* device = nullptr;
  if (!what_.device.empty()) {
    device = netns_->FindInterface(what_.device);
    if (device == nullptr) return OnEchoError({.error = wg::Errno::kNoDev}, static_cast<uint16_t>(sequence));
  }
  const wg::Errno error = netns_->icmp().SendEcho(what_.to, id_, static_cast<uint16_t>(sequence), std::move(payload),
                                                  static_cast<net::Cpu>(world_->plan().managers[what_.host].core), what_.source, device);
  if (error != wg::Errno::kOk) OnEchoError({.error = error}, static_cast<uint16_t>(sequence));
}

void EchoProbe::OnEvent(uint64_t event) {
  if (judged_) return;
  if (event >> kEventShift == kOver) return Judge();
  // Of a flood the reply may have been faster.
  if (requests_.size() == (event & 0xffffffff)) SendNext();
}

void EchoProbe::OnEchoReply(net::Packet&&, const net::IpHeader&, uint16_t sequence) {
  if (sequence == 0 || sequence > requests_.size()) return;
  Request& request = requests_[sequence - 1];
  if (!request.is_sent || request.answered || world_->loop().now() - request.sent > what_.timeout) return;
  request.answered = true;
  ++answered_;
  if (answered_ == what_.count) return Judge();
  if (what_.flood && sequence == requests_.size() && requests_.size() < what_.count) SendNext();
}

void EchoProbe::OnEchoError(const net::IcmpReport& report, uint16_t) {
  if (what_.error_from && report.from == what_.error_from) error_came_ = true;
  std::string text = absl::StrCat(wg::ErrnoName(report.error));
  if (report.from) absl::StrAppend(&text, " from ", report.from.ToString());
  if (std::find(errors_.begin(), errors_.end(), text) == errors_.end()) errors_.push_back(std::move(text));
}

void EchoProbe::Close() {
  if (!judged_) Judge();
}

void EchoProbe::Judge() {
  judged_ = true;
  if (netns_ != nullptr) netns_->icmp().Listen(id_, nullptr);
  const bool all_sent = requests_.size() == what_.count && requests_.back().is_sent;
  const bool held = all_sent && answered_ == what_.replies && (!what_.error_from || error_came_);
  sink_->OnCheck(occasion_, Expected(), absl::StrCat(Seen(), all_sent ? "" : ", and not all requests were sent"), held);
}

std::string EchoProbe::Expected() const {
  return absl::StrCat(what_.replies, " of ", what_.count, " replies from ", what_.to.ToString(), ", each within ",
                      DurationText(what_.timeout), what_.error_from ? absl::StrCat(", an ICMP error from ", what_.error_from.ToString()) : "");
}

std::string EchoProbe::Seen() const {
  return absl::StrCat(answered_, " of ", what_.count, " replies", errors_.empty() ? "" : "; ", absl::StrJoin(errors_, ", "));
}

}  // namespace scenario
