// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// In steady state a packet costs no allocation: operator new of this program is counted.
#include <chrono>
#include <cstdlib>
#include <new>
#include <utility>

#include "gtest/gtest.h"
#include "protocol/two_devices.h"

namespace {

uint64_t allocations = 0;

}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace wg {
namespace {

// There and back for every tick, so that timers are armed, cancelled and looked at all the time.
void Exchange(TwoDevices& net, Now now, uint32_t number) {
  for (const Side side : {kA, kB}) {
    TestNode& from = net.node(side);
    TestNode& to = net.node(Other(side));
    Buffer packet = MakeInner(&from.pool, from.inner, to.inner, number, 64 + number % 1000);
    ASSERT_EQ(from.device->Transmit(now, &packet, 0, &from.fx), Errno::kOk);
    from.driver.Settle(now, &from.fx);
    for (Datagram& datagram : from.fx.datagrams) {
      from.device->OnDatagramSent(now, datagram, SendOutcome::kSent);
      to.device->Receive(now,
                         {.payload = std::move(datagram.payload),
                          .remote = from.address,
                          .local = datagram.remote.address},
                         &to.fx);
    }
    from.fx.Clear();
    to.driver.Settle(now, &to.fx);
    ASSERT_EQ(to.fx.inner.size(), 1u);
    to.fx.Clear();
    from.device->OnTimer(now, &from.fx);
  }
}

TEST(DeviceAllocations, ThereAreNonePerPacket) {
  TwoDevices net;
  net.Handshake(kA);
  Now now = net.now();
  const auto tick = [&] {
    now.boot += std::chrono::microseconds(100);
    now.wall += std::chrono::microseconds(100);
  };
  for (uint32_t i = 0; i < 20000; ++i) {
    tick();
    Exchange(net, now, i);
  }
  const uint64_t before = allocations;
  for (uint32_t i = 0; i < 200000; ++i) {
    tick();
    Exchange(net, now, i);
  }
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace wg
