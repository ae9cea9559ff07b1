// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Bytes that were worked out by hand. What a whole file must be like is the business of tools/timeline_test.py, which reads
// it with a decoder of its own.
#include "sim/perfetto_writer.h"

#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sim/byte_sink.h"
#include "sim/time.h"

namespace sim {
namespace {

class Bytes : public ByteSink {
 public:
  void Write(absl::string_view bytes) override { absl::StrAppend(&hex_, absl::BytesToHexString(bytes), "\n"); }
  std::string Take() { return std::exchange(hex_, ""); }

 private:
  std::string hex_;
};

Time At(int64_t nanos) { return kStart + Duration(nanos); }

class PerfettoWriterTest : public testing::Test {
 protected:
  Bytes bytes_;
  PerfettoWriter writer_{&bytes_};
  const PerfettoWriter::Track node_ = writer_.AddProcess("n");
  const PerfettoWriter::Track core_ = writer_.AddTrack(node_, "c");
  const PerfettoWriter::Track ring_ = writer_.AddCounter(node_, "r");
};

TEST_F(PerfettoWriterTest, ATrackIsDeclaredBehindItsParentsBeforeItsFirstEvent) {
  EXPECT_EQ(bytes_.Take(), "");
  writer_.Begin(core_, At(300), {.name = "s"});
  EXPECT_EQ(bytes_.Take(),
            // sequence 1; descriptor: uuid 1, "n", process {1, "n"}, ordering 3
            "0a135001e2030e080112016e1a05080132016e5803\n"
            // uuid 2, "c", parent 1, rank 0, ordering 3
            "0a105001e2030b0802120163280160005803\n"
            // time 300, sequence 1, flags 3, text 1 is "s"; event: begin, track 2, text 1
            "0a1840ac02500168036207120508011201735a06480158025001\n");
  writer_.End(core_, At(301));
  EXPECT_EQ(bytes_.Take(), "0a0d40ad02500168025a0448025802\n");
}

TEST_F(PerfettoWriterTest, CountersAreDeclaredAsSuch) {
  writer_.Count(ring_, At(0), 200);
  EXPECT_EQ(bytes_.Take(),
            "0a135001e2030e080112016e1a05080132016e5803\n"
            // uuid 3, "r", parent 1, rank 1, counter {unit 2}
            "0a125001e2030d08031201722801600142021802\n"
            "0a104000500168035a0848045803f001c801\n");
}

TEST_F(PerfettoWriterTest, FlowsAndNotes) {
  const uint64_t flows[] = {0x0102};
  const PerfettoWriter::Note notes[] = {{.name = "t", .text = "x"}, {.name = "b", .number = 7}};
  writer_.Instant(core_, At(0), {});
  bytes_.Take();
  writer_.Instant(core_, At(1), {.flows = flows});
  // instant on track 2; flow, fixed 64 bits
  EXPECT_EQ(bytes_.Take(), "0a164001500168025a0e48035802f9020201000000000000\n");
  writer_.Instant(core_, At(1), {.notes = notes});
  EXPECT_EQ(bytes_.Take(),
            // interned: note name 1 "t", note text 1 "x", note name 2 "b"
            "0a3140015001680262161a050801120174ea010508011201781a050802120162"
            // instant on track 2; note {1, text 1}; note {2, uint 7}
            "5a114803580222050801880101220408021807\n");
}

TEST_F(PerfettoWriterTest, WhatIsKnownIsNotWrittenAgainAndMemoryIsBounded) {
  writer_.Instant(core_, At(1), {.name = "a long name"});
  writer_.Instant(core_, At(2), {.name = "a long name"});
  const uint64_t before = writer_.bytes();
  writer_.Instant(core_, At(3), {.name = "a long name"});
  EXPECT_EQ(writer_.bytes() - before, 16u);
  for (size_t i = 0; i < PerfettoWriter::kMaxTexts; ++i) {
    writer_.Instant(core_, At(4), {.name = absl::StrCat("name ", i)});
  }
  const uint64_t full = writer_.bytes();
  writer_.Instant(core_, At(5), {.name = "another one"});
  writer_.Instant(core_, At(6), {.name = "another one"});
  EXPECT_EQ(writer_.bytes() - full, 2 * (14u + 3u + 11u));
  EXPECT_EQ(writer_.events(), PerfettoWriter::kMaxTexts + 5);
}

TEST_F(PerfettoWriterTest, TimeGoesBackBetweenTracksOnly) {
  writer_.Slice(core_, At(5), At(9), {.name = "s"});
  writer_.Count(ring_, At(3), 1);
  EXPECT_DEATH(writer_.Instant(core_, At(8), {}), "");
  EXPECT_DEATH(writer_.End(core_, At(9)), "");
  EXPECT_DEATH(writer_.Count(core_, At(9), 1), "");
  EXPECT_DEATH(writer_.Instant(ring_, At(9), {}), "");
}

}  // namespace
}  // namespace sim
