// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/request_app.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "scenarios/flow_socket.h"

namespace scenario {
namespace {

// A request's number says which slot it is of.
constexpr uint64_t kSlotBits = 16;

// Time passes before the next attempt, also for those who do not think and where nothing has a price: after a request
// that was refused, and while the pod is away.
constexpr sim::Duration kPauseRefused = std::chrono::microseconds(1);
constexpr sim::Duration kPauseAway = std::chrono::milliseconds(1);

}  // namespace

RequestApp::Server::Server(RequestApp* app, const plan::FlowEnd& end, FlowSender sender,
                           uint16_t port)
    : app_(app),
      sender_(std::move(sender)),
      thread_(app->world_->machine(end.host).host->machine(),
              {.name = absl::StrCat(app->flow_.name, " server"), .core = end.core}),
      receiver_(app->world_, end.host, &thread_, {end.address, port},
                absl::StrCat("socket ", app->flow_.name, " server on ",
                             app->world_->plan().hosts[end.host].name),
                FlowSocketOptions(app->flow_, app->world_->plan().hosts[end.host]),
                [this](const wg::Buffer& payload) { Take(payload); }) {}

void RequestApp::Server::Take(const wg::Buffer& payload) {
  app_->Account(payload);
  thread_.Submit({.runner = this,
                  .arg = PayloadNumber(payload),
                  .price = sender_.Price(app_->requests_.response_bytes)});
}

void RequestApp::Server::Act(uint64_t number) {
  // A server drops what its full socket cannot take; the client's timeout finds out.
  if (!receiver_.socket().HasRoom()) return;
  sender_.Send(&receiver_.socket(), app_->requests_.response_bytes, number);
}

RequestApp::RequestApp(World* world, FlowBook* book, const plan::Flow& flow, FlowSender sender,
                       uint16_t port, sim::Rng rng)
    : Actor(world->trace().RegisterEntity(absl::StrCat("app ", flow.name))),
      world_(world),
      book_(book),
      flow_(flow),
      requests_(*flow.requests),
      sender_(std::move(sender)),
      thread_(world->machine(flow.from.host).host->machine(),
              {.name = absl::StrCat(flow.name, " client"), .core = flow.from.core}),
      receiver_(world, flow.from.host, &thread_, {flow.from.address, port},
                absl::StrCat("socket ", flow.name, " client"),
                FlowSocketOptions(flow, world->plan().hosts[flow.from.host]),
                [this](const wg::Buffer& payload) { TakeResponse(payload); }),
      client_(this),
      slots_(requests_.outstanding) {
  receiver_.set_on_writable([this] {
    std::deque<uint32_t> again;
    again.swap(waiting_);
    for (uint32_t slot : again) SubmitRequest(slot);
  });
  for (size_t i = 0; i < slots_.size(); ++i) {
    sim::Actor* const actor = this;  // a private base: make_unique could not convert
    slots_[i].timer = std::make_unique<sim::Timer>(&world->loop(), actor, i);
    slots_[i].timer->ArmAt(sim::kStart + flow.start +
                           rng.UniformDuration(sim::Duration(0), requests_.think_time));
  }
}

void RequestApp::AddServer(const plan::FlowEnd& end, FlowSender sender, uint16_t port) {
  servers_.push_back(std::make_unique<Server>(this, end, std::move(sender), port));
}

void RequestApp::OnEvent(uint64_t index) {
  Slot& slot = slots_[index];
  if (slot.number != 0) {
    ++figures_.timeouts;
    slot.number = 0;
    return Think(&slot);
  }
  if (world_->loop().now() >= sim::kStart + flow_.stop) return;
  if (flow_.from.pod != plan::kNone && world_->PodHost(flow_.from.pod) != flow_.from.host) {
    slot.timer->ArmAfter(std::max(requests_.think_time, kPauseAway));
    return;
  }
  SubmitRequest(static_cast<uint32_t>(index));
}

void RequestApp::SubmitRequest(uint32_t slot) {
  thread_.Submit(
      {.runner = &client_, .arg = slot, .price = sender_.Price(requests_.request_bytes)});
}

void RequestApp::SendRequest(uint32_t index) {
  if (!receiver_.socket().HasRoom()) {
    waiting_.push_back(index);
    return receiver_.socket().WaitForRoom();
  }
  Slot& slot = slots_[index];
  slot.sent = world_->loop().now();
  slot.number = ++last_number_ << kSlotBits | index;
  const wg::Errno error = sender_.Send(&receiver_.socket(), requests_.request_bytes, slot.number);
  if (error != wg::Errno::kOk) {
    // The application knows at once and does not wait for an answer.
    slot.number = 0;
    slot.timer->ArmAfter(std::max(requests_.think_time, kPauseRefused));
    return;
  }
  slot.timer->ArmAfter(requests_.timeout);
}

void RequestApp::Think(Slot* slot) { slot->timer->ArmAfter(requests_.think_time); }

void RequestApp::Account(const wg::Buffer& payload) {
  const FlowBook::Tag tag = FlowBook::Read(payload.tag());
  book_->account(tag.flow).Delivered(tag.seq, world_->loop().now());
}

void RequestApp::TakeResponse(const wg::Buffer& payload) {
  Account(payload);
  const uint64_t number = PayloadNumber(payload);
  Slot& slot = slots_[number & ((uint64_t{1} << kSlotBits) - 1)];
  if (slot.number != number) return;
  slot.number = 0;
  figures_.round_trips.push_back(world_->loop().now() - slot.sent);
  Think(&slot);
}

}  // namespace scenario
