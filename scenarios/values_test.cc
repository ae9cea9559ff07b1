// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/values.h"

#include <vector>

#include "gtest/gtest.h"
#include "protocol/time.h"

namespace scenario {
namespace {

using std::chrono::nanoseconds;

TEST(ParseDuration, IsExactInEveryUnit) {
  EXPECT_EQ(*ParseDuration("40ns"), nanoseconds(40));
  EXPECT_EQ(*ParseDuration("250us"), nanoseconds(250'000));
  EXPECT_EQ(*ParseDuration("10ms"), nanoseconds(10'000'000));
  EXPECT_EQ(*ParseDuration("1.5s"), nanoseconds(1'500'000'000));
  EXPECT_EQ(*ParseDuration("0.000000001s"), nanoseconds(1));
  EXPECT_EQ(*ParseDuration("0.1m"), nanoseconds(6'000'000'000));
  EXPECT_EQ(*ParseDuration("1h"), nanoseconds(3'600'000'000'000));
  EXPECT_EQ(*ParseDuration("0s"), nanoseconds(0));
}

TEST(ParseDuration, SaysWhatIsWrongAndWhatWouldBeRight) {
  EXPECT_EQ(ParseDuration("-1s").status().message(), "\"-1s\" is negative; write 0s or more");
  EXPECT_EQ(
      ParseDuration("10").status().message(),
      "\"10\" has no unit; write a number and a unit, as \"10ms\", \"1.5s\", \"250us\", \"2m\"");
  EXPECT_EQ(ParseDuration("0.5ns").status().message(),
            "\"0.5ns\" is not a whole number of nanoseconds, or too long; write whole nanoseconds");
  EXPECT_EQ(ParseDuration("200000h").status().message(),
            "\"200000h\" is too long; write at most 100000h");
  for (const char* text : {"", "s", "1.s", ".5s", "1 s", "1e3s", "1d", "9999999999999999999s"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

// 2000-01-01 is day 10,957; 2024-02-29 day 19,782.
TEST(ParseWallTime, IsExact) {
  const auto at = [](int64_t ns) { return wg::WallTime(nanoseconds(ns)); };
  EXPECT_EQ(*ParseWallTime("1970-01-01T00:00:00Z"), at(0));
  EXPECT_EQ(*ParseWallTime("2000-01-01T00:00:00Z"), at(946'684'800'000'000'000));
  EXPECT_EQ(*ParseWallTime("2024-01-01T00:00:00Z"), at(1'704'067'200'000'000'000));
  EXPECT_EQ(*ParseWallTime("2024-02-29T23:59:59.5Z"), at(1'709'251'199'500'000'000));
  EXPECT_EQ(*ParseWallTime("1970-01-01T00:00:00.000000001Z"), at(1));
  EXPECT_EQ(*ParseWallTime("2199-12-31T23:59:59.999999999Z"), at(7'258'118'399'999'999'999));
}

TEST(ParseWallTime, IsWrittenAsItIsRead) {
  for (const char* text : {"1970-01-01T00:00:00Z", "2024-02-29T03:04:05Z", "2024-12-31T23:59:59.5Z",
                           "2199-12-31T23:59:59.999999999Z", "2001-09-09T01:46:40.00000001Z"}) {
    EXPECT_EQ(WallTimeText(*ParseWallTime(text)), text);
  }
}

TEST(ParseWallTime, SaysWhatIsWrongAndWhatWouldBeRight) {
  EXPECT_EQ(ParseWallTime("2024-01-01").status().message(),
            "\"2024-01-01\" is not a time; write a time in UTC, as \"2024-01-01T00:00:00Z\"");
  EXPECT_EQ(ParseWallTime("2023-02-29T00:00:00Z").status().message(),
            "\"2023-02-29T00:00:00Z\" is no time of the calendar; write a time in UTC, as "
            "\"2024-01-01T00:00:00Z\"");
  EXPECT_EQ(ParseWallTime("2200-01-01T00:00:00Z").status().message(),
            "\"2200-01-01T00:00:00Z\" is out of range; write a year from 1970 to 2199");
  for (const char* text :
       {"", "Z", "now", "2024-01-01T00:00:00", "2024-01-01T00:00:00+00:00", "2024-01-01 00:00:00Z",
        "2024-1-01T00:00:000Z", "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00:00.0000000001Z", "2024-01-01T00:00:00,5Z", "2024-01-01T00:00:005Z",
        "-024-01-01T00:00:00Z", "2024-01-01T00:00:00.5sZ", "2024-01-01T00:00:00.-5Z"}) {
    EXPECT_FALSE(ParseWallTime(text).ok()) << text;
  }
}

TEST(ParseBitRate, KnowsPowersOfAThousand) {
  EXPECT_EQ(*ParseBitRate("1Gbit/s"), 1'000'000'000);
  EXPECT_EQ(*ParseBitRate("2.5Gbit/s"), 2'500'000'000);
  EXPECT_EQ(*ParseBitRate("64kbit/s"), 64'000);
  EXPECT_EQ(*ParseBitRate("1bit/s"), 1);
  for (const char* text : {"", "1G", "0bit/s", "0.5bit/s", "-1bit/s", "10000000Gbit/s", "4/s"}) {
    EXPECT_FALSE(ParseBitRate(text).ok()) << text;
  }
}

TEST(ParsePacketRate, TakesPacketsOrBitsOfPayload) {
  plan::Rate rate = *ParsePacketRate("4000/s", 1024);
  EXPECT_EQ(rate.count, 1);
  EXPECT_EQ(rate.per, nanoseconds(250'000));
  rate = *ParsePacketRate("0.5/s", 1024);
  EXPECT_EQ(rate.count, 1);
  EXPECT_EQ(rate.per, nanoseconds(2'000'000'000));
  // 32 Mbit/s of 1000 bytes: 4000 packets in a second.
  rate = *ParsePacketRate("32Mbit/s", 1000);
  EXPECT_EQ(rate.count, 1);
  EXPECT_EQ(rate.per, nanoseconds(250'000));
  // 1 Gbit/s of 1024 bytes is not a whole number of packets in a second, and still exact.
  rate = *ParsePacketRate("1Gbit/s", 1024);
  EXPECT_NE(rate.count * 1'000'000'000 % rate.per.count(), 0);
  EXPECT_EQ(static_cast<__int128>(rate.count) * 1024 * 8 * 1'000'000'000,
            static_cast<__int128>(rate.per.count()) * 1'000'000'000);
  for (const char* text : {"", "4000", "0/s", "0.0001/s", "-1/s", "2000000000/s", "1pps"}) {
    EXPECT_FALSE(ParsePacketRate(text, 1024).ok()) << text;
  }
}

TEST(FillIn, ReplacesTheNumberOfTheCopy) {
  EXPECT_EQ(*FillIn("10.{node}.0.0/24", 2), "10.2.0.0/24");
  EXPECT_EQ(*FillIn("192.0.2.{node+1}", 0), "192.0.2.1");
  EXPECT_EQ(*FillIn("10.{node/250}.{node%250+1}.0/24", 999), "10.3.250.0/24");
  EXPECT_EQ(*FillIn("{node/10%10}", 987), "8");
  EXPECT_EQ(*FillIn("fd00::1", -1), "fd00::1");
  EXPECT_FALSE(FillIn("10.{node}.0.0", -1).ok());
  for (const char* text :
       {"{", "{}", "{pod}", "{node+}", "{node+x}", "{node+-1}", "{node", "{node-1}", "{node/0}", "{node%0}", "{node/}",
        "{node%2/2}", "{node+1/2}", "{node/1234567}", "{node/2 }"}) {
    EXPECT_FALSE(FillIn(text, 1).ok()) << text;
  }
}

TEST(IsName, TakesLettersDigitsUnderscoreAndHyphen) {
  EXPECT_TRUE(IsName("node-0_a"));
  for (const char* text : {"", "a.b", "a b", "a/b", "a*", "ä"}) EXPECT_FALSE(IsName(text)) << text;
  EXPECT_TRUE(IsName(std::string(63, 'a')));
  EXPECT_FALSE(IsName(std::string(64, 'a')));
}

TEST(Texts, AreShortAndExact) {
  EXPECT_EQ(DurationText(nanoseconds(0)), "0s");
  EXPECT_EQ(DurationText(nanoseconds(1'500'000'000)), "1.5s");
  EXPECT_EQ(DurationText(nanoseconds(250'000)), "250us");
  EXPECT_EQ(DurationText(nanoseconds(60'000'000'000)), "1m");
  EXPECT_EQ(DurationText(nanoseconds(90'000'000'000)), "90s");
  EXPECT_EQ(BitRateText(10'000'000'000), "10Gbit/s");
  EXPECT_EQ(BitRateText(2'500'000'000), "2.5Gbit/s");
  EXPECT_EQ(BitRateText(999), "999bit/s");
  EXPECT_EQ(RateText(*ParsePacketRate("4000/s", 1)), "4000/s");
  EXPECT_EQ(RateText(*ParsePacketRate("0.25/s", 1)), "0.25/s");
  EXPECT_EQ(WithCommas(0), "0");
  EXPECT_EQ(WithCommas(999), "999");
  EXPECT_EQ(WithCommas(1'234'567), "1,234,567");
}

TEST(Nearest, FindsTheWordThatWasMeant) {
  const std::vector<std::string> words = {"implementation", "duration", "description"};
  EXPECT_EQ(Nearest("durration", words), "duration");
  EXPECT_EQ(Nearest("implemenattion", words), "implementation");
  EXPECT_EQ(Nearest("xyz", words), "");
}

}  // namespace
}  // namespace scenario
