// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/trace.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "sim/allocation_counter.h"
#include "sim/time.h"

namespace sim {
namespace {

Time At(int64_t nanos) { return Time(Duration(nanos)); }

class Lines : public TraceSink {
 public:
  void OnLine(absl::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

// `acts` acts, of which number `wrong` (if any) differs.
void Fill(Trace* trace, uint64_t acts, uint64_t wrong = ~uint64_t{0}) {
  const EntityId link = trace->RegisterEntity("link");
  const ActKind drop = trace->RegisterKind("drop");
  for (uint64_t i = 0; i < acts; ++i) {
    trace->Record(At(static_cast<int64_t>(10 * i)), drop, link, i == wrong ? 1 : 0, i);
  }
}

// Computed with an independent implementation of the same definition in Python. Changes only on
// purpose: the hash is in golden files.
TEST(Trace, HashIsTheSameOnEveryMachine) {
  Trace trace;
  Fill(&trace, 3000);
  EXPECT_EQ(trace.acts(), 3000u);
  EXPECT_EQ(trace.hash(), 1529046621636263217u);
}

TEST(Trace, EveryFieldCounts) {
  const auto hash = [](int64_t time, ActKind kind, uint32_t entity, uint64_t a, uint64_t b) {
    Trace trace;
    trace.RegisterEntity("x");
    trace.RegisterKind("k");
    trace.Record(At(time), kind, static_cast<EntityId>(entity), a, b);
    trace.Record(At(100), ActKind::kEvent, EntityId::kSimulation);
    return trace.hash();
  };
  const uint64_t base = hash(5, ActKind::kEvent, 0, 1, 2);
  EXPECT_EQ(base, hash(5, ActKind::kEvent, 0, 1, 2));
  EXPECT_NE(base, hash(6, ActKind::kEvent, 0, 1, 2));
  EXPECT_NE(base, hash(5, static_cast<ActKind>(1), 0, 1, 2));
  EXPECT_NE(base, hash(5, ActKind::kEvent, 1, 1, 2));
  EXPECT_NE(base, hash(5, ActKind::kEvent, 0, 2, 2));
  EXPECT_NE(base, hash(5, ActKind::kEvent, 0, 1, 3));
  EXPECT_NE(base, hash(5, ActKind::kEvent, 0, 2, 1));
}

TEST(Trace, NamesAndTheirOrderCount) {
  Trace a, b, c;
  a.RegisterEntity("x");
  a.RegisterEntity("y");
  b.RegisterEntity("y");
  b.RegisterEntity("x");
  c.RegisterKind("x");
  c.RegisterKind("y");
  EXPECT_NE(a.hash(), b.hash());
  EXPECT_NE(a.hash(), c.hash());
}

TEST(Trace, RegisteringAKindAgainGivesTheSameNumber) {
  Trace trace;
  const ActKind drop = trace.RegisterKind("drop");
  const uint64_t hash = trace.hash();
  EXPECT_EQ(trace.RegisterKind("drop"), drop);
  EXPECT_EQ(trace.RegisterKind("event"), ActKind::kEvent);
  EXPECT_EQ(trace.hash(), hash);
  EXPECT_EQ(trace.kind_name(drop), "drop");
  EXPECT_EQ(trace.entity_name(EntityId::kSimulation), "simulation");
  EXPECT_NE(trace.RegisterEntity("e"), trace.RegisterEntity("e"));
}

TEST(Trace, RecordingAllocatesNothingAndCheckpointsStayBounded) {
  Trace trace;
  const EntityId entity = trace.RegisterEntity("e");
  const uint64_t before = Allocations();
  for (int i = 0; i < 10'000'000; ++i) trace.Record(At(i), ActKind::kEvent, entity, 1, 2);
  EXPECT_EQ(Allocations(), before);
  const Checkpoints checkpoints = trace.checkpoints();
  EXPECT_LE(checkpoints.hashes.size(), Trace::kMaxCheckpoints);
  EXPECT_GE(checkpoints.hashes.size(), Trace::kMaxCheckpoints / 2);
  EXPECT_EQ(checkpoints.stride, 4 * Trace::kFirstStride);
  EXPECT_EQ(checkpoints.hashes.size(), 10'000'000 / checkpoints.stride + 1);
}

TEST(Trace, WindowPrintsExactlyItsActs) {
  Trace trace;
  Lines lines;
  trace.SetWindow({1023, 1026}, &lines);
  Fill(&trace, 5000);
  EXPECT_EQ(lines.lines, (std::vector<std::string>{"#1023 10230 drop link a=0 b=1023",
                                                   "#1024 10240 drop link a=0 b=1024",
                                                   "#1025 10250 drop link a=0 b=1025"}));
  Trace silent;
  silent.SetWindow({3, 3}, &lines);
  Fill(&silent, 5000);
  EXPECT_EQ(lines.lines.size(), 3u);
  EXPECT_EQ(trace.hash(), silent.hash());
}

TEST(FirstDifference, OfEqualRunsThereIsNone) {
  Trace a, b;
  Fill(&a, 5000);
  Fill(&b, 5000);
  EXPECT_FALSE(FirstDifference(a.checkpoints(), b.checkpoints()).has_value());
}

TEST(FirstDifference, ContainsTheFirstActThatDiffersWhereverItIs) {
  for (const uint64_t acts : {1, 1000, 1024, 1025, 5000}) {
    Trace a;
    Fill(&a, acts);
    for (uint64_t wrong = 0; wrong < acts; wrong += 61) {
      Trace b;
      Fill(&b, acts, wrong);
      const auto range = FirstDifference(a.checkpoints(), b.checkpoints());
      ASSERT_TRUE(range.has_value());
      EXPECT_LE(range->from, wrong);
      EXPECT_GT(range->to, wrong);
      EXPECT_LE(range->to - range->from, Trace::kFirstStride);
    }
  }
}

TEST(FirstDifference, BridgesDifferentStrides) {
  const uint64_t acts = Trace::kFirstStride * Trace::kMaxCheckpoints + 10;
  Trace shorter, longer;
  Fill(&shorter, acts - 100);
  Fill(&longer, acts);
  ASSERT_NE(shorter.checkpoints().stride, longer.checkpoints().stride);
  const auto range = FirstDifference(shorter.checkpoints(), longer.checkpoints());
  ASSERT_TRUE(range.has_value());
  EXPECT_LE(range->from, acts - 100);
  EXPECT_GE(range->to, acts - 99);
  EXPECT_LE(range->to - range->from, 4 * Trace::kFirstStride);
}

TEST(FirstDifference, OfRunsThatWereBuiltDifferentlyIsBeforeTheFirstAct) {
  Trace a, b;
  a.RegisterEntity("one");
  b.RegisterEntity("other");
  Fill(&a, 100);
  Fill(&b, 100);
  const auto range = FirstDifference(a.checkpoints(), b.checkpoints());
  ASSERT_TRUE(range.has_value());
  EXPECT_EQ(range->from, 0u);
  EXPECT_EQ(range->to, 0u);
}

class Listener : public ActListener {
 public:
  void OnAct(Time time, ActKind, EntityId, uint64_t a, uint64_t b) override {
    heard.push_back({static_cast<uint64_t>(time.time_since_epoch().count()), a, b});
  }
  std::vector<std::array<uint64_t, 3>> heard;
};

TEST(Trace, AListenerHearsEveryActAndChangesNothing) {
  Trace heard, unheard;
  Listener listener;
  for (uint64_t i = 0; i < 5000; ++i) {
    if (i == 2000) heard.set_listener(&listener);
    if (i == 4000) heard.set_listener(nullptr);
    for (Trace* trace : {&heard, &unheard}) {
      trace->Record(kStart + Duration(i), ActKind::kEvent, EntityId::kSimulation, i, 2 * i);
    }
  }
  EXPECT_EQ(heard.hash(), unheard.hash());
  EXPECT_EQ(heard.checkpoints().hashes, unheard.checkpoints().hashes);
  ASSERT_EQ(listener.heard.size(), 2000u);
  for (uint64_t i = 0; i < 2000; ++i) {
    EXPECT_EQ(listener.heard[i], (std::array<uint64_t, 3>{2000 + i, 2000 + i, 2 * (2000 + i)}));
  }
}

}  // namespace
}  // namespace sim
