// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/two_devices.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "protocol/check.h"
#include "protocol/endian.h"
#include "protocol/send.h"

namespace wg {

Buffer MakeInner(BufferPool* pool, IpAddress source, IpAddress destination, uint32_t number,
                 size_t size, uint8_t tos) {
  Buffer packet = pool->Allocate(size);
  uint8_t* data = packet.data();
  std::memset(data, 0, size);
  data[0] = 0x45;
  data[1] = tos;
  StoreBe16(data + 2, static_cast<uint16_t>(size));
  source.CopyBytes(data + 12);
  destination.CopyBytes(data + 16);
  StoreBe32(data + 20, number);
  packet.set_tag(number);
  return packet;
}

TestNode::TestNode(const DeviceOptions& options, uint64_t seed)
    : entropy(seed),
      device([&] {
        DeviceOptions own = options;
        own.entropy = &entropy;
        own.pool = &pool;
        own.module = &module;
        return std::make_unique<Device>(own);
      }()),
      driver(device.get()) {}

TwoDevices::TwoDevices(const Options& options)
    : settle_(options.settle),
      now_{BootTime(std::chrono::seconds(1000)), WallTime(std::chrono::seconds(1'700'000'000))} {
  for (int i = 0; i < 2; ++i) {
    nodes_[i] = std::make_unique<TestNode>(
        DeviceOptions{.profile = options.profile,
                      .crypto = options.crypto,
                      .now = now_,
                      .wheel = options.wheel},
        options.seed * 2 + i);
    TestNode& node = *nodes_[i];
    node.private_key.bytes.fill(static_cast<uint8_t>(0x40 + i));
    CHECK(options.crypto->DerivePublic(node.private_key, &node.public_key));
    node.address = {IpAddress::V4(0xc0000201 + i), static_cast<uint16_t>(10001 + i), 0};
    node.inner = IpAddress::V4(0x0a000001 + i);
  }
  for (int i = 0; i < 2; ++i) {
    TestNode& node = *nodes_[i];
    const TestNode& other = *nodes_[1 - i];
    Device::State& state = node.device->state();
    SetPrivateKey(state, now_, node.private_key, &node.fx);
    node.peer = CreatePeer(state, now_, other.public_key, PresharedKey());
    if (i == kA ? options.endpoint_of_b : options.endpoint_of_a) {
      SetEndpoint(*node.peer, other.address);
    }
    CHECK(state.allowed_ips.Insert(Prefix::Host(other.inner), node.peer->slot) == Errno::kOk);
    if (options.up) node.device->Up(now_, &node.fx);
  }
}

TwoDevices::~TwoDevices() {
  for (InFlight& in_flight : wire_) in_flight.datagram.payload.Reset();
}

Errno TwoDevices::SendNumbered(Side from, uint32_t number, size_t size, uint8_t tos) {
  return Send(from, MakeInner(&node(from).pool, node(from).inner, node(Other(from)).inner, number,
                              size, tos));
}

Errno TwoDevices::Send(Side from, Buffer packet, uint32_t mtu) {
  const Errno error = device(from).Transmit(now_, &packet, mtu, fx(from));
  CHECK_EQ(error == Errno::kOk, !packet);
  Settle();
  return error;
}

void TwoDevices::Keepalive(Side from) {
  SendKeepalive(state(from), now_, peer(from), fx(from));
  Settle();
}

void TwoDevices::Inject(Side to, Datagram datagram) {
  device(to).Receive(now_, std::move(datagram), fx(to));
  Settle();
}

void TwoDevices::Collect(TestNode& node) {
  for (InnerPacket& inner : node.fx.inner) {
    CHECK(inner.from == node.peer->id);
    node.received.push_back(LoadBe32(inner.packet.data() + 20));
    node.received_tos.push_back(inner.packet.data()[1]);
  }
  for (const Dropped& dropped : node.fx.dropped) {
    CHECK(static_cast<bool>(dropped.packet));
    ++node.dropped[dropped.reason];
    if (dropped.reason != DropReason::kConsumed) node.dropped_tags.push_back(dropped.packet.tag());
  }
}

void TwoDevices::SettleSide(Side side) {
  TestNode& node = this->node(side);
  if (settle_) {
    settle_(node.device.get(), now_, &node.fx);
  } else {
    node.driver.Settle(now_, &node.fx);
  }
  for (Datagram& datagram : node.fx.datagrams) {
    CHECK_EQ(datagram.bytes, datagram.payload.size());
    log_.push_back({now_.boot, side, datagram.message_type, datagram.bytes, datagram.ds,
                    datagram.remote, datagram.local});
    if (datagram.local && datagram.local != node.address.address) {
      node.device->ForgetSource(datagram.peer);
    }
    const SendOutcome result = outcome ? outcome(side, datagram) : SendOutcome::kSent;
    node.device->OnDatagramSent(now_, datagram, result);
    if (result != SendOutcome::kSent || !connected[side]) continue;
    if (tap && !tap(side, &datagram)) continue;
    wire_.push_back(
        {Other(side),
         Datagram{
             .payload = this->node(Other(side)).pool.Copy(std::as_const(datagram.payload).bytes()),
             .remote = node.address,
             .local = datagram.remote.address,
             .ifindex = 1,
             .ds = datagram.ds}});
    wire_.back().datagram.payload.set_tag(datagram.payload.tag());
  }
  Collect(node);
  node.fx.Clear();
}

void TwoDevices::Settle() {
  while (true) {
    SettleSide(kA);
    SettleSide(kB);
    if (wire_.empty()) {
      if (fx(kA)->empty() && fx(kB)->empty()) return;
      continue;
    }
    InFlight next = std::move(wire_.front());
    wire_.pop_front();
    device(next.to).Receive(now_, std::move(next.datagram), fx(next.to));
  }
}

void TwoDevices::AdvanceTo(BootTime time) {
  Settle();
  while (true) {
    const BootTime next = std::min(device(kA).NextTimer(), device(kB).NextTimer());
    const BootTime stop = std::max(now_.boot, std::min(next, time));
    now_.wall += stop - now_.boot;
    now_.boot = stop;
    if (next > time) return;
    for (const Side side : {kA, kB}) {
      if (device(side).NextTimer() <= now_.boot) device(side).OnTimer(now_, fx(side));
    }
    Settle();
  }
}

void TwoDevices::Handshake(Side initiator) {
  Keepalive(initiator);
  CHECK(peer(kA).keypairs.current() != nullptr);
  CHECK(peer(kB).keypairs.current() != nullptr);
  CHECK_EQ(peer(kA).keypairs.current()->remote_index(), peer(kB).keypairs.current()->index());
  ClearLog();
}

std::vector<TwoDevices::Sent> TwoDevices::Log(Side from, int type) const {
  std::vector<Sent> some;
  std::copy_if(log_.begin(), log_.end(), std::back_inserter(some),
               [&](const Sent& sent) { return sent.from == from && sent.type == type; });
  return some;
}

}  // namespace wg
