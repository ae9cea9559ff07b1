// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever the number of threads, the same comes of the same, to the last byte. Meant for
// ThreadSanitizer, too: bazel test --config=tsan //tools/live:threaded_driver_test
#include "tools/live/threaded_driver.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "protocol/cipher_work.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/time.h"
#include "protocol/two_devices.h"

namespace live {
namespace {

using wg::kA;
using wg::kB;
using wg::Side;

// All that can be seen of some minutes of random traffic between two devices with so many threads
// each.
struct Seen {
  std::vector<std::string> wire;
  std::vector<uint32_t> received[2];
  std::map<wg::DropReason, uint32_t> dropped[2];
  uint64_t rx_bytes[2];

  friend bool operator==(const Seen&, const Seen&) = default;
};

class Traffic {
 public:
  Traffic(uint64_t seed, int threads) : random_(seed), net_(Options(threads)) {
    net_.tap = [this](Side, wg::Datagram* datagram) { return OnWire(datagram); };
  }

  Seen Run() {
    net_.SendNumbered(kA, 0);
    for (int i = 0; i < 60; ++i) {
      Burst(random_() % 2 == 0 ? kA : kB);
      // Keys grow old in between, and are changed.
      if (random_() % 8 == 0) net_.Advance(std::chrono::seconds(random_() % 200));
    }
    for (const Side side : {kA, kB}) {
      seen_.received[side] = net_.node(side).received;
      seen_.dropped[side] = net_.node(side).dropped;
      seen_.rx_bytes[side] = net_.device(side).counters().rx_bytes;
    }
    return std::move(seen_);
  }

 private:
  wg::TwoDevices::Options Options(int threads) {
    wg::TwoDevices::Options options{.crypto = &wg::RealCrypto()};
    if (threads == 0) return options;
    options.settle = [this, threads](wg::Device* device, wg::Now now, wg::Effects* fx) {
      std::unique_ptr<ThreadedDriver>& driver = drivers_[device];
      if (driver == nullptr)
        driver = std::make_unique<ThreadedDriver>(device, &wg::RealCrypto(), threads);
      driver->Settle(now, fx);
    };
    return options;
  }

  // Some packets at once; what they lead to comes at once as well, as after a recvmmsg.
  void Burst(Side from) {
    wg::TestNode& node = net_.node(from);
    std::vector<wg::Buffer> packets(1 + random_() % 100);
    for (wg::Buffer& packet : packets) {
      packet = wg::MakeInner(&node.pool, node.inner, net_.node(Other(from)).inner, ++number_,
                             24 + random_() % 1400);
    }
    node.device->TransmitBurst(net_.now(), absl::MakeSpan(packets), 1420, &node.fx);
    net_.Settle();
  }

  // One in twenty is damaged, one in twenty lost.
  bool OnWire(wg::Datagram* datagram) {
    const absl::Span<uint8_t> bytes = datagram->payload.bytes();
    seen_.wire.emplace_back(bytes.begin(), bytes.end());
    if (datagram->message_type != 4) return true;
    const uint32_t chance = random_() % 20;
    if (chance == 0) bytes[16 + random_() % (bytes.size() - 16)] ^= 1;
    return chance != 1;
  }

  std::mt19937_64 random_;
  std::map<wg::Device*, std::unique_ptr<ThreadedDriver>> drivers_;
  wg::TwoDevices net_;
  uint32_t number_ = 0;
  Seen seen_;
};

TEST(ThreadedDriver, TheNumberOfThreadsChangesNothing) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const Seen one = Traffic(seed, 0).Run();  // protocol/inline_driver
    EXPECT_GT(one.received[kA].size() + one.received[kB].size(), 1000u);
    EXPECT_GT(one.dropped[kA].count(wg::DropReason::kDecryptFailed), 0u);
    EXPECT_GT(one.wire.size(), 2000u);
    for (const int threads : {1, 2, 4}) {
      const Seen some = Traffic(seed, threads).Run();
      EXPECT_TRUE(some == one) << "seed " << seed << ", " << threads << " threads";
    }
  }
}

TEST(ThreadedDriver, CiphersDoneAheadForAPeerThatIsRemovedBeforeItsTurnHurtNobody) {
  wg::TwoDevices net({.crypto = &wg::RealCrypto()});
  net.Handshake();
  wg::TestNode& node = net.node(kA);
  std::vector<wg::Buffer> packets(50);
  for (wg::Buffer& packet : packets)
    packet = wg::MakeInner(&node.pool, node.inner, net.node(kB).inner, 7, 1000);
  wg::Effects fx;
  node.device->TransmitBurst(net.now(), absl::MakeSpan(packets), 1420, &fx);
  std::vector<wg::CipherWork> ciphers;
  wg::AppendCipherWork(node.device.get(), fx.work[0], &ciphers);
  EXPECT_EQ(ciphers.size(), 50u);
  for (const wg::CipherWork& one : ciphers) one.Do(wg::RealCrypto());
  // They are not asked for again.
  wg::AppendCipherWork(node.device.get(), fx.work[0], &ciphers);
  EXPECT_EQ(ciphers.size(), 50u);
  node.device->Dismantle(&fx);
  ThreadedDriver(node.device.get(), &wg::RealCrypto(), 2).Settle(net.now(), &fx);
  EXPECT_TRUE(fx.datagrams.empty());
  EXPECT_EQ(fx.dropped.size(), 50u);
}

}  // namespace
}  // namespace live
