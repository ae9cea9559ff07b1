// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/transaction_app.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/errno.h"
#include "scenarios/flow_socket.h"

namespace scenario {
namespace {

// Of a packet's number: which connection it is of, and whether it opens one.
constexpr uint64_t kIndexMask = 0xffff;
constexpr uint64_t kConnect = 0x10000;
constexpr int kKindBits = 17;

// Where nobody thinks and the pod is away, time has to pass as well.
constexpr sim::Duration kPauseAway = std::chrono::milliseconds(1);

}  // namespace

TransactionApp::Server::Server(TransactionApp* app, const plan::FlowEnd& end, FlowSender sender,
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

void TransactionApp::Server::Take(const wg::Buffer& payload) {
  app_->Account(payload);
  const uint64_t number = PayloadNumber(payload);
  thread_.Submit(
      {.runner = this, .arg = number, .price = sender_.Price(app_->ResponseBytes(number))});
}

void TransactionApp::Server::Act(uint64_t number) {
  if (!receiver_.socket().HasRoom()) return;  // the client asks again
  sender_.Send(&receiver_.socket(), app_->ResponseBytes(number), number);
}

TransactionApp::TransactionApp(World* world, FlowBook* book, const plan::Flow& flow,
                               FlowSender sender, uint16_t port, sim::Rng rng)
    : Actor(world->trace().RegisterEntity(absl::StrCat("app ", flow.name))),
      world_(world),
      book_(book),
      flow_(flow),
      transactions_(*flow.transactions),
      sender_(std::move(sender)),
      thread_(world->machine(flow.from.host).host->machine(),
              {.name = absl::StrCat(flow.name, " client"), .core = flow.from.core}),
      receiver_(world, flow.from.host, &thread_, {flow.from.address, port},
                absl::StrCat("socket ", flow.name, " client"),
                FlowSocketOptions(flow, world->plan().hosts[flow.from.host]),
                [this](const wg::Buffer& payload) { TakeAnswer(payload); }),
      client_(this),
      connections_(transactions_.connections) {
  for (size_t i = 0; i < connections_.size(); ++i) {
    sim::Actor* const actor = this;  // a private base: make_unique could not convert
    connections_[i].timer = std::make_unique<sim::Timer>(&world->loop(), actor, i);
    connections_[i].timer->ArmAt(sim::kStart + flow.start +
                                 rng.UniformDuration(sim::Duration(0), transactions_.think_time));
  }
}

void TransactionApp::AddServer(const plan::FlowEnd& end, FlowSender sender, uint16_t port) {
  servers_.push_back(std::make_unique<Server>(this, end, std::move(sender), port));
}

uint32_t TransactionApp::RequestBytes(uint64_t number) const {
  return (number & kConnect) != 0 ? kConnectBytes : transactions_.request_bytes;
}

uint32_t TransactionApp::ResponseBytes(uint64_t number) const {
  return (number & kConnect) != 0 ? kConnectBytes : transactions_.response_bytes;
}

// The connection waited long enough: for its answer, or with its next transaction.
void TransactionApp::OnEvent(uint64_t index) {
  Connection& connection = connections_[index];
  if (Over()) return;
  if (!PodIsHere()) {
    connection.timer->ArmAfter(std::max(transactions_.think_time, kPauseAway));
    return;
  }
  if (connection.number == 0) {
    connection.began = world_->loop().now();
    return Begin(static_cast<uint32_t>(index), transactions_.connect);
  }
  connection.repeated = true;
  connection.timeout.BackOff();
  ++figures_.retransmissions;
  Submit(connection.number);
}

void TransactionApp::Begin(uint32_t index, bool connect) {
  Connection& connection = connections_[index];
  if (connect) connection.timeout = RetransmissionTimeout();
  connection.number = ++last_number_ << kKindBits | (connect ? kConnect : 0) | index;
  connection.repeated = false;
  connection.sent = world_->loop().now();
  Submit(connection.number);
}

void TransactionApp::Submit(uint64_t number) {
  thread_.Submit(
      {.runner = &client_, .arg = number, .price = sender_.Price(RequestBytes(number))});
}

void TransactionApp::Send(uint64_t number) {
  Connection& connection = connections_[number & kIndexMask];
  if (connection.number != number) return;  // the answer came while this waited for the core
  if (!connection.repeated) connection.sent = world_->loop().now();
  // What is refused or finds no room is lost, as far as the connection can tell.
  if (receiver_.socket().HasRoom()) {
    sender_.Send(&receiver_.socket(), RequestBytes(number), number);
  }
  connection.timer->ArmAfter(connection.timeout.value());
}

void TransactionApp::Account(const wg::Buffer& payload) {
  const FlowBook::Tag tag = FlowBook::Read(payload.tag());
  book_->account(tag.flow).Delivered(tag.seq, world_->loop().now());
}

void TransactionApp::TakeAnswer(const wg::Buffer& payload) {
  Account(payload);
  const uint64_t number = PayloadNumber(payload);
  const uint32_t index = static_cast<uint32_t>(number & kIndexMask);
  if (index >= connections_.size()) return;
  Connection& connection = connections_[index];
  if (connection.number != number) return;
  const sim::Time now = world_->loop().now();
  if (!connection.repeated) connection.timeout.Sample(now - connection.sent);
  connection.number = 0;
  connection.timer->Cancel();
  if ((number & kConnect) != 0) return Begin(index, /*connect=*/false);
  ++figures_.transactions;
  figures_.round_trips.push_back(now - connection.began);
  figures_.longest_stall = std::max(figures_.longest_stall, now - connection.began);
  if (!Over()) connection.timer->ArmAfter(transactions_.think_time);
}

FlowFigures TransactionApp::Figures(sim::Time end) const {
  FlowFigures figures = figures_;
  for (const Connection& connection : connections_) {
    if (connection.number == 0 || connection.began > end) continue;
    figures.longest_stall = std::max(figures.longest_stall, end - connection.began);
  }
  figures.active = std::min(flow_.stop, end - sim::kStart) - flow_.start;
  return figures;
}

}  // namespace scenario
