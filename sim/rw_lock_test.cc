// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/rw_lock.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace sim {
namespace {

class Recorder : public Actor {
 public:
  Recorder(EventLoop* loop, EntityId entity) : Actor(entity), loop_(loop) {}
  void OnEvent(uint64_t arg) override { granted.emplace_back(loop_->now(), arg); }
  std::vector<std::pair<Time, uint64_t>> granted;

 private:
  EventLoop* const loop_;
};
using Granted = std::vector<std::pair<Time, uint64_t>>;

struct Fixture {
  Trace trace;
  EventLoop loop{&trace};
  EntityId entity = trace.RegisterEntity("goroutine");
  Recorder reader{&loop, entity}, writer{&loop, entity}, second{&loop, entity};
};

constexpr Time kZero = kStart;

TEST(RwLock, ReadersShareAndAWriterIsAlone) {
  Fixture f;
  RwLock lock(&f.loop);
  EXPECT_TRUE(lock.AcquireRead(&f.reader, 1));
  EXPECT_TRUE(lock.AcquireRead(&f.reader, 2));
  EXPECT_FALSE(lock.AcquireWrite(&f.writer, 3));
  lock.ReleaseRead();
  f.loop.Run();
  EXPECT_TRUE(f.writer.granted.empty());
  lock.ReleaseRead();
  f.loop.Run();
  EXPECT_EQ(f.writer.granted, (Granted{{kZero, 3}}));
  EXPECT_TRUE(lock.write_held());
  EXPECT_FALSE(lock.AcquireRead(&f.reader, 4));
  lock.ReleaseWrite(&f.writer);
  f.loop.Run();
  EXPECT_EQ(f.reader.granted, (Granted{{kZero, 4}}));
  EXPECT_EQ(lock.readers(), 1u);
}

TEST(RwLock, AWaitingWriterBlocksNewReaders) {
  Fixture f;
  RwLock lock(&f.loop);
  EXPECT_TRUE(lock.AcquireRead(&f.reader, 1));
  EXPECT_FALSE(lock.AcquireWrite(&f.writer, 2));
  EXPECT_FALSE(lock.AcquireRead(&f.reader, 3));
  EXPECT_EQ(lock.waiting_readers(), 1u);
  EXPECT_EQ(lock.waiting_writers(), 1u);
  lock.ReleaseRead();
  f.loop.Run();
  EXPECT_EQ(f.writer.granted.size(), 1u);
  EXPECT_TRUE(f.reader.granted.empty());
}

TEST(RwLock, ALeavingWriterLetsAllWaitingReadersInBeforeTheNextWriter) {
  Fixture f;
  RwLock lock(&f.loop, Duration(4));
  EXPECT_TRUE(lock.AcquireWrite(&f.writer, 1));
  EXPECT_FALSE(lock.AcquireWrite(&f.second, 2));
  EXPECT_FALSE(lock.AcquireRead(&f.reader, 3));
  EXPECT_FALSE(lock.AcquireRead(&f.reader, 4));
  lock.ReleaseWrite(&f.writer);
  f.loop.Run();
  EXPECT_EQ(f.reader.granted, (Granted{{kZero + Duration(4), 3}, {kZero + Duration(4), 4}}));
  EXPECT_TRUE(f.second.granted.empty());
  lock.ReleaseRead();
  lock.ReleaseRead();
  f.loop.Run();
  EXPECT_EQ(f.second.granted, (Granted{{kZero + Duration(8), 2}}));
}

TEST(RwLock, WritersAmongThemselvesAreServedInOrder) {
  Fixture f;
  RwLock lock(&f.loop);
  EXPECT_TRUE(lock.AcquireWrite(&f.writer, 1));
  EXPECT_FALSE(lock.AcquireWrite(&f.second, 2));
  EXPECT_FALSE(lock.AcquireWrite(&f.reader, 3));
  lock.ReleaseWrite(&f.writer);
  lock.ReleaseWrite(&f.second);
  lock.ReleaseWrite(&f.reader);
  EXPECT_FALSE(lock.write_held());
  f.loop.Run();
  EXPECT_EQ(f.second.granted.size(), 1u);
  EXPECT_EQ(f.reader.granted.size(), 1u);
}

// Whatever the order of calls: never a reader beside a writer, and nobody waits forever.
TEST(RwLock, RandomUseKeepsTheInvariantsAndServesEverybody) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Fixture f;
    RwLock lock(&f.loop);
    Rng rng(seed);
    uint64_t asked = 0;
    Recorder* inside_writer = nullptr;
    std::vector<Recorder*> writers = {&f.writer, &f.second};
    std::vector<bool> waiting(2, false);
    for (int step = 0; step < 20000; ++step) {
      while (f.loop.Step()) {
      }
      for (size_t i = 0; i < 2; ++i) {
        if (!writers[i]->granted.empty()) {
          ASSERT_EQ(inside_writer, nullptr);
          inside_writer = writers[i];
          waiting[i] = false;
          writers[i]->granted.clear();
        }
      }
      ASSERT_EQ(lock.write_held(), inside_writer != nullptr);
      ASSERT_TRUE(!lock.write_held() || lock.readers() == 0);
      const size_t i = rng.Uniform(2);
      const bool stop_asking = step > 5000;
      switch (stop_asking ? 2 + rng.Uniform(2) : rng.Uniform(4)) {
        case 0:
          ++asked;
          lock.AcquireRead(&f.reader, 0);
          break;
        case 1:
          if (waiting[i] || inside_writer == writers[i]) break;
          ++asked;
          if (lock.AcquireWrite(writers[i], 0)) {
            inside_writer = writers[i];
          } else {
            waiting[i] = true;
          }
          break;
        case 2:
          if (lock.readers() != 0) lock.ReleaseRead();
          break;
        default:
          if (inside_writer != nullptr) lock.ReleaseWrite(std::exchange(inside_writer, nullptr));
          break;
      }
    }
    EXPECT_EQ(lock.waiting_readers(), 0u);
    EXPECT_EQ(lock.waiting_writers(), 0u);
    EXPECT_EQ(lock.readers(), 0u);
    EXPECT_GT(asked, 1000u);
  }
}

TEST(RwLockDeathTest, UnbalancedReleasesAreErrors) {
  Fixture f;
  RwLock lock(&f.loop);
  EXPECT_DEATH(lock.ReleaseRead(), "CHECK failed");
  EXPECT_DEATH(lock.ReleaseWrite(&f.writer), "CHECK failed");
  EXPECT_TRUE(lock.AcquireWrite(&f.writer, 1));
  EXPECT_DEATH(lock.ReleaseWrite(&f.second), "CHECK failed");
  EXPECT_DEATH(lock.ReleaseRead(), "CHECK failed");
}

}  // namespace
}  // namespace sim
