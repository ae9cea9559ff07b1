// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/datagram_probe.h"

#include <cstring>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "protocol/buffer.h"
#include "scenarios/values.h"
#include "sim/net/netns.h"
#include "sim/wg/cost_model.h"

namespace scenario {

DatagramProbe::DatagramProbe(World* world, const Occasion& occasion, sim::Thread* thread, CheckSink* sink)
    : Actor(world->trace().RegisterEntity(absl::StrCat("datagram ", occasion.action->name))),
      world_(world),
      occasion_(occasion),
      what_(std::get<plan::Datagram>(occasion.action->what)),
      thread_(thread),
      sink_(sink) {
  const wg::Family family = what_.address.address.family();
  net::SocketUser* const user = this;  // a private base: make_unique could not convert
  const plan::Host& to = world->plan().hosts[what_.to];
  listener_ = std::make_unique<net::Socket>(world->machine(what_.to).host->root(), family,
                                            absl::StrCat("listener ", occasion.action->name, " on ", to.name), net::SocketOptions{}, user);
  if (const wg::Errno error = listener_->Bind({}, what_.address.port); error != wg::Errno::kOk) {
    Judge(absl::StrCat("nobody can listen: ", wg::ErrnoName(error)), false);
    return;
  }
  world->loop().After(what_.within, this, 0);
  if (thread_ == nullptr) return;
  sender_ = std::make_unique<net::Socket>(world->machine(what_.from).host->root(), family,
                                          absl::StrCat("sender ", occasion.action->name, " on ", world->plan().hosts[what_.from].name),
                                          net::SocketOptions{}, nullptr);
  const wgnode::CostModel& costs = world->plan().hosts[what_.from].costs;
  thread_->Submit({.runner = this,
                   .price = wgnode::CostModel::Rounded(costs.Picoseconds(wgnode::Cost::kSyscall) +
                                                       costs.Picoseconds(wgnode::Cost::kUdpSend, what_.size))});
}

void DatagramProbe::Act(uint64_t) {
  if (judged_) return;
  wg::Buffer payload = world_->fabric().pool()->Allocate(what_.size);
  std::memset(payload.data(), 0, what_.size);
  send_error_ = sender_->SendTo(what_.address, std::move(payload), static_cast<net::Cpu>(world_->plan().managers[what_.from].core));
}

void DatagramProbe::OnReadable(net::Socket*) {
  if (heard_) return;
  heard_ = true;
  // The socket may be in the middle of something: it is closed a little later.
  world_->loop().After(sim::Duration(0), this, 0);
}

void DatagramProbe::OnEvent(uint64_t) {
  if (judged_) return;
  std::string seen = heard_ ? "one came" : "nothing came";
  if (send_error_ != wg::Errno::kOk) absl::StrAppend(&seen, "; the send call said ", wg::ErrnoName(send_error_));
  Judge(seen, heard_ == what_.received);
}

void DatagramProbe::Close() {
  if (!judged_) Judge("the run was over before", false);
}

void DatagramProbe::Judge(const std::string& seen, bool held) {
  judged_ = true;
  listener_.reset();
  sender_.reset();
  sink_->OnCheck(occasion_,
                 absl::StrCat(what_.received ? "a datagram" : "no datagram", " at port ", what_.address.port, " of ",
                              world_->plan().hosts[what_.to].name, " within ", DurationText(what_.within)),
                 seen, held);
}

}  // namespace scenario
