// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/stream_app.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace scenario {
namespace {

net::SocketOptions OptionsOf(const plan::Flow& flow) {
  // A pod that comes later brings its applications with it.
  return {.recverr = flow.ip_recverr,
          .freebind = true,
          .send_buffer = flow.send_buffer_bytes,
          .receive_buffer = flow.receive_buffer_bytes};
}

}  // namespace

StreamApp::StreamApp(World* world, const plan::Flow& flow, FlowSender sender, uint16_t port,
                     sim::Rng rng)
    : Actor(world->trace().RegisterEntity(absl::StrCat("app ", flow.name))),
      world_(world),
      flow_(flow),
      stream_(*flow.stream),
      sender_(std::move(sender)),
      thread_(world->machine(flow.from.host).host->machine(),
              {.name = absl::StrCat(flow.name, " sender"), .core = flow.from.core}),
      socket_(world->NetnsWith(flow.from.host, flow.from.address), flow.from.address.family(),
              absl::StrCat("socket ", flow.name), OptionsOf(flow), this),
      rng_(std::move(rng)) {
  CHECK(socket_.Bind(flow.from.address, port) == wg::Errno::kOk);
  const sim::Duration period = Period();
  base_ = sim::kStart + flow.start + rng_.UniformDuration(sim::Duration(0), period);
  world_->loop().At(base_, this, 0);
}

sim::Duration StreamApp::Period() const {
  return sim::Duration(static_cast<int64_t>(static_cast<__int128>(stream_.packets.per.count()) *
                                            stream_.segments * stream_.burst /
                                            stream_.packets.count));
}

bool StreamApp::PodIsHere() const {
  return flow_.from.pod == plan::kNone || world_->PodHost(flow_.from.pod) == flow_.from.host;
}

void StreamApp::OnEvent(uint64_t) {
  if (PodIsHere()) return SubmitSend();
  const sim::Time due = NextDue();
  if (due < sim::kStart + flow_.stop) world_->loop().At(due, this, 0);
}

void StreamApp::SubmitSend() {
  thread_.Submit({.runner = this, .price = sender_.Price(stream_.payload_bytes * stream_.segments)});
}

void StreamApp::Act(uint64_t) {
  if (!socket_.HasRoom()) return socket_.WaitForRoom();
  sender_.SendTrain(&socket_, stream_.payload_bytes, stream_.segments, number_ + 1);
  number_ += stream_.segments;
  if (++in_burst_ < stream_.burst && world_->loop().now() < sim::kStart + flow_.stop && PodIsHere()) {
    return SubmitSend();
  }
  in_burst_ = 0;
  const sim::Time due = NextDue();
  if (due >= sim::kStart + flow_.stop) return;
  if (due <= world_->loop().now() && PodIsHere()) {
    SubmitSend();  // late already: on it goes without sleeping
  } else {
    world_->loop().At(due, this, 0);
  }
}

void StreamApp::OnWritable(net::Socket*) { SubmitSend(); }

sim::Time StreamApp::NextDue() {
  const sim::Time now = world_->loop().now();
  const int64_t per = stream_.packets.per.count();
  const int64_t count = stream_.packets.count;
  sim::Time due;
  if (stream_.spacing == plan::Spacing::kPoisson) {
    base_ += rng_.Exponential(Period());
    due = base_;
  } else {
    sent_ += int64_t{stream_.segments} * stream_.burst;
    due = base_ + sim::Duration(static_cast<int64_t>(static_cast<__int128>(sent_) * per / count));
  }
  if (due <= now) {
    base_ = due = now;
    sent_ = 0;
  }
  return due;
}

}  // namespace scenario
