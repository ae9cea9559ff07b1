// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/bulk_app.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/errno.h"
#include "scenarios/flow_socket.h"

namespace scenario {

BulkApp::Receiver::Receiver(BulkApp* app, const plan::FlowEnd& end, FlowSender sender,
                            uint16_t port)
    : app_(app),
      sender_(std::move(sender)),
      thread_(app->world_->machine(end.host).host->machine(),
              {.name = absl::StrCat(app->flow_.name, " receiver"), .core = end.core}),
      receiver_(app->world_, end.host, &thread_, {end.address, port},
                absl::StrCat("socket ", app->flow_.name, " receiver on ",
                             app->world_->plan().hosts[end.host].name),
                FlowSocketOptions(app->flow_, app->world_->plan().hosts[end.host]),
                [this](const wg::Buffer& payload) { Take(payload); }) {}

void BulkApp::Receiver::Take(const wg::Buffer& payload) {
  app_->Account(payload);
  const uint64_t segment = PayloadNumber(payload);
  std::vector<bool>& early = app_->early_;
  uint64_t& expected = app_->expected_;
  if (segment >= expected && segment - expected < early.size()) {
    early[segment % early.size()] = true;
    while (early[expected % early.size()]) {
      early[expected % early.size()] = false;
      ++expected;
    }
  }
  thread_.Submit({.runner = this, .arg = expected, .price = sender_.Price(kAckBytes)});
}

void BulkApp::Receiver::Act(uint64_t upto) {
  if (!receiver_.socket().HasRoom()) return;  // the next one says as much
  sender_.Send(&receiver_.socket(), kAckBytes, upto);
}

BulkApp::BulkApp(World* world, FlowBook* book, const plan::Flow& flow, FlowSender sender,
                 uint16_t port)
    : Actor(world->trace().RegisterEntity(absl::StrCat("app ", flow.name))),
      world_(world),
      book_(book),
      flow_(flow),
      bulk_(*flow.bulk),
      sender_(std::move(sender)),
      thread_(world->machine(flow.from.host).host->machine(),
              {.name = absl::StrCat(flow.name, " sender"), .core = flow.from.core}),
      acks_(world, flow.from.host, &thread_, {flow.from.address, port},
            absl::StrCat("socket ", flow.name),
            FlowSocketOptions(flow, world->plan().hosts[flow.from.host]),
            [this](const wg::Buffer& payload) { TakeAck(payload); }),
      timer_(&world->loop(), this, 0),
      window_(bulk_.window, bulk_.segments),
      early_(bulk_.window) {
  acks_.set_on_writable([this] {
    submitted_ = false;
    Submit();
  });
  timer_.ArmAt(sim::kStart + flow.start);
}

void BulkApp::AddReceiver(const plan::FlowEnd& end, FlowSender sender, uint16_t port) {
  receivers_.push_back(std::make_unique<Receiver>(this, end, std::move(sender), port));
}

void BulkApp::OnEvent(uint64_t) {
  if (Over()) return;
  if (window_.under_way()) {
    timeout_.BackOff();
    window_.TimedOut();
    measuring_ = false;
  }
  // A pod that is away, or whose send call is still waiting, is looked after again.
  if (!PodIsHere() || submitted_) return timer_.ArmAfter(timeout_.value());
  Submit();
}

void BulkApp::Submit() {
  if (submitted_ || !window_.HasNext() || Over()) return;
  submitted_ = true;
  thread_.Submit({.runner = this, .price = sender_.Price(bulk_.segment_bytes)});
}

void BulkApp::Act(uint64_t) {
  if (!window_.HasNext() || Over()) {
    submitted_ = false;
    return;
  }
  if (!acks_.socket().HasRoom()) return acks_.socket().WaitForRoom();
  submitted_ = false;
  const sim::Time now = world_->loop().now();
  const uint64_t segment = window_.Next();
  if (!started_) progress_ = now;
  started_ = true;
  const wg::Errno error = sender_.Send(&acks_.socket(), bulk_.segment_bytes, segment);
  if (error != wg::Errno::kOk) {
    if (!timer_.armed()) timer_.ArmAfter(timeout_.value());
    return;
  }
  const bool again = window_.Sent();
  if (again) {
    ++figures_.retransmissions;
    measuring_ = false;
  } else if (!measuring_) {
    measuring_ = true;
    measured_ = segment;
    measured_at_ = now;
  }
  if (!timer_.armed()) timer_.ArmAfter(timeout_.value());
  Submit();
}

void BulkApp::Account(const wg::Buffer& payload) {
  const FlowBook::Tag tag = FlowBook::Read(payload.tag());
  book_->account(tag.flow).Delivered(tag.seq, world_->loop().now());
}

void BulkApp::TakeAck(const wg::Buffer& payload) {
  Account(payload);
  const sim::Time now = world_->loop().now();
  if (window_.Acknowledged(PayloadNumber(payload))) {
    figures_.longest_stall = std::max(figures_.longest_stall, now - progress_);
    progress_ = now;
    figures_.active = now - (sim::kStart + flow_.start);
    if (measuring_ && window_.first() > measured_) {
      timeout_.Sample(now - measured_at_);
      figures_.round_trips.push_back(now - measured_at_);
      measuring_ = false;
    }
    if (window_.under_way()) {
      timer_.ArmAfter(timeout_.value());
    } else {
      timer_.Cancel();
    }
  }
  Submit();
}

FlowFigures BulkApp::Figures(sim::Time end) const {
  FlowFigures figures = figures_;
  figures.acknowledged_bytes = window_.first() * bulk_.segment_bytes;
  const bool unfinished = bulk_.segments == 0 || window_.first() < bulk_.segments;
  if (unfinished && started_ && progress_ < end) {
    figures.longest_stall = std::max(figures.longest_stall, end - progress_);
  }
  return figures;
}

}  // namespace scenario
