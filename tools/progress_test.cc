// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/progress.h"

#include <sstream>

#include "gtest/gtest.h"

namespace tools {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Progress, ShowsTimeShareSpeedAndWhatIsLeft) {
  std::ostringstream out;
  const Progress::Clock::time_point begin{};
  {
    Progress progress(&out, 2, begin);
    progress.Update("replace", sim::kStart + seconds(30), seconds(60), 1'000'000,
                    begin + seconds(5));
    EXPECT_EQ(out.str(),
              "\r\x1b[Kreplace: 30.0 s of 60 s, 25 % of all, 0.20 M events/s, 15 s left");
    out.str("");
    progress.Update("replace", sim::kStart + seconds(60), seconds(60), 2'000'000,
                    begin + seconds(5));
    EXPECT_EQ(out.str(), "") << "not oftener than every 100 ms";
    progress.Update("remove_me", sim::kStart + seconds(30), seconds(60), 1'000'000,
                    begin + seconds(15));
    EXPECT_EQ(out.str(),
              "\r\x1b[Kremove_me: 30.0 s of 60 s, 75 % of all, 0.20 M events/s, 5 s left");
    out.str("");
  }
  EXPECT_EQ(out.str(), "\r\x1b[K");
}

TEST(Progress, LeavesNoTraceOfAShortRun) {
  std::ostringstream out;
  {
    const Progress::Clock::time_point begin{};
    Progress progress(&out, 1, begin);
    progress.Update("replace", sim::kStart, seconds(1), 1, begin + milliseconds(1));
  }
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace tools
