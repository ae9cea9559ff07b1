// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/flood_app.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "sim/net/fabric.h"
#include "sim/net/fib.h"
#include "sim/net/headers.h"
#include "sim/net/host.h"
#include "sim/net/netns.h"
#include "sim/net/packet.h"
#include "sim/wg/cost_model.h"

namespace scenario {
namespace {

constexpr uint16_t kFirstPort = 1024;
constexpr size_t kMacsLen = wg::MessageMacs::kLen;

}  // namespace

wg::IpAddress FloodSource(const plan::Flood& flood, uint64_t number) {
  const uint64_t i = number % flood.source_addresses;
  const wg::IpAddress& first = flood.first_source;
  if (first.is_v4()) {
    return wg::IpAddress::V4(first.v4() + static_cast<uint32_t>(i << (32 - flood.source_length)));
  }
  const int shift = 128 - flood.source_length;
  if (shift >= 64) return wg::IpAddress::V6(first.hi() + (i << (shift - 64)), first.lo());
  const uint64_t lo = first.lo() + (i << shift);
  const uint64_t over = shift > 40 ? i >> (64 - shift) : 0;
  return wg::IpAddress::V6(first.hi() + over + (lo < first.lo() ? 1 : 0), lo);
}

FloodApp::FloodApp(World* world, FlowBook* book, const plan::Flood& flood, size_t account,
                   sim::Rng rng)
    : Actor(world->trace().RegisterEntity(absl::StrCat("flood ", flood.name))),
      world_(world),
      book_(book),
      flood_(flood),
      account_(account),
      thread_(world->machine(flood.from).host->machine(), {.name = flood.name, .core = 0}),
      output_(&world->fabric()),
      rng_(std::move(rng)),
      jar_(world->wire(flood.device).public_key) {
  base_ = sim::kStart + flood.start;
  if (flood.message == plan::FloodMessage::kRepeated) {
    world->wire(flood.device).tunnel->OverhearInitiations();
  }
  world->loop().At(base_, this, 0);
}

void FloodApp::MakeMessage() {
  for (size_t i = 0; i < message_.size(); i += sizeof(uint64_t)) {
    const uint64_t random = rng_.Next();
    std::memcpy(message_.data() + i, &random, std::min(sizeof(random), message_.size() - i));
  }
  const uint8_t type[4] = {static_cast<uint8_t>(wg::MessageType::kHandshakeInitiation), 0, 0, 0};
  std::memcpy(message_.data(), type, sizeof(type));
  std::memset(message_.data() + message_.size() - kMacsLen / 2, 0, kMacsLen / 2);
  if (flood_.message != plan::FloodMessage::kInvalidMac1) {
    jar_.AddMacToPacket(world_->wire(flood_.device).tunnel->Now(), absl::MakeSpan(message_));
  }
}

void FloodApp::OnEvent(uint64_t) {
  thread_.Submit({.runner = this,
                  .price = wgnode::CostModel::Rounded(
                      world_->plan().hosts[flood_.from].costs.Picoseconds(wgnode::Cost::kSyscall))});
}

void FloodApp::Act(uint64_t) {
  if (PrepareMessage()) SendMessage();
  const sim::Time due = NextDue();
  if (due < sim::kStart + flood_.stop) world_->loop().At(due, this, 0);
}

bool FloodApp::PrepareMessage() {
  if (flood_.message != plan::FloodMessage::kRepeated) {
    MakeMessage();
    return true;
  }
  const absl::Span<const uint8_t> genuine = world_->wire(flood_.device).tunnel->overheard();
  std::copy(genuine.begin(), genuine.end(), message_.begin());
  return !genuine.empty();
}

void FloodApp::SendMessage() {
  FlowAccount& account = book_->account(account_);
  const uint64_t seq = account.Offer(world_->loop().now());
  net::Packet packet;
  packet.buffer = world_->fabric().pool()->Allocate(static_cast<uint32_t>(message_.size()));
  std::memcpy(packet.buffer.data(), message_.data(), message_.size());
  packet.buffer.set_tag(FlowBook::MakeTag(account_, seq));
  const uint16_t port = static_cast<uint16_t>(
      kFirstPort + number_ / flood_.source_addresses % flood_.source_ports);
  net::PushUdp(port, flood_.to.port, &packet.buffer);
  net::IpHeader ip;
  ip.source = FloodSource(flood_, number_);
  ip.destination = flood_.to.address;
  ip.protocol = net::kProtocolUdp;
  ip.ds = wg::kHandshakeDscp;
  ip.dont_fragment = true;
  net::PushIp(ip, &packet.buffer);
  packet.checksum = net::ChecksumState::kPartial;
  ++number_;
  const net::RouteResult route = world_->machine(flood_.from).host->root()->fib().Lookup(
      {.destination = flood_.to.address});
  wg::Errno error = route.error;
  if (error == wg::Errno::kOk) error = output_.Send(&packet, route.out, route.mtu);
  if (error != wg::Errno::kOk) account.Refused(seq, error);
}

sim::Time FloodApp::NextDue() {
  const sim::Time now = world_->loop().now();
  const int64_t per = flood_.rate.per.count();
  const int64_t count = flood_.rate.count;
  if (flood_.spacing == plan::Spacing::kPoisson) {
    base_ += rng_.Exponential(sim::Duration(per / count));
    base_ = std::max(base_, now);
    return base_;
  }
  ++due_;
  const sim::Time due =
      base_ + sim::Duration(static_cast<int64_t>(static_cast<__int128>(due_) * per / count));
  if (due > now) return due;
  base_ = now;
  due_ = 0;
  return now;
}

}  // namespace scenario
