// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/cost_model_file.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scenarios/diagnostics.h"
#include "scenarios/price_list_testing.h"
#include "sim/wg/cost_model.h"

namespace scenario {
namespace {

using wgnode::Cost;
using wgnode::CostModel;

// Every file of a test is `x`'s neighbour in the user's folder dir/, or comes with wgsim.
CostModel Parse(const std::string& text, std::string* errors) {
  TextFiles files({
      {"cost_models/free.textproto", FreeCostModel()},
      {"cost_models/counted.textproto",
       R"(name: "counted" base: "free" instruction { ps: 500 source: "s" }
          prices { name: "wipe" fixed_instructions: 8 source: "s" }
          prices { name: "seal" fixed_instructions: 3 per_unit_milli_instructions: 1001
                   unit: "byte" source: "s" })"},
      {"cost_models/there.textproto", R"(name: "there" base: "back")"},
      {"cost_models/back.textproto", R"(name: "back"
base: "there")"},
      {"dir/wrong.textproto", "name: \"wrong\" base: \"free\"\nprices { name: \"opne\" }"},
      {"dir/unread.textproto", "name: ("},
      {"dir/x.textproto", text},
      {"dir/unconverted.textproto",
       R"(name: "unconverted" base: "free"
prices { name: "wipe" fixed_instructions: 8 source: "s" })"},
  });
  Diagnostics diagnostics;
  const CostModel model = ParseCostModel(text, "dir/x.textproto", &files, &diagnostics);
  *errors = diagnostics.ToString();
  return model;
}

CostModel Right(const std::string& text) {
  std::string errors;
  const CostModel model = Parse(text, &errors);
  EXPECT_EQ(errors, "");
  return model;
}

std::string Wrong(const std::string& text) {
  std::string errors;
  Parse(text, &errors);
  return errors;
}

TEST(CostModelFile, WhatIsNotPricedIsTheBases) {
  const CostModel model = Right(
      R"(name: "x" base: "counted" prices { name: "open" fixed_ns: 7 per_unit_ps: 2 unit: "byte" source: "s" })");
  EXPECT_EQ(model.name(), "x");
  EXPECT_EQ(model.price(Cost::kOpen).fixed_ps, 7000);
  EXPECT_EQ(model.price(Cost::kOpen).per_unit_ps, 2);
  EXPECT_EQ(model.price(Cost::kWipe).fixed_ps, 4000);
  EXPECT_EQ(model.price(Cost::kXmit).fixed_ps, 0);
}

TEST(CostModelFile, InstructionsAreRoundedToTheNearestPicosecondHalvesUp) {
  // 1001 thousandths at 500 ps are 500.5 ps.
  EXPECT_EQ(Right(R"(name: "x" base: "counted")").price(Cost::kSeal).per_unit_ps, 501);
  EXPECT_EQ(Right(R"(name: "x" base: "counted" instruction { ps: 498 source: "s" })")
                .price(Cost::kSeal)
                .per_unit_ps,
            498);  // 498.498
  EXPECT_EQ(Right(R"(name: "x" base: "counted")").price(Cost::kSeal).fixed_ps, 1500);
}

TEST(CostModelFile, AnotherInstructionTimeConvertsThePricesOfTheBase) {
  const CostModel model = Right(R"(name: "x" base: "counted" instruction { ps: 4000 source: "s" })");
  EXPECT_EQ(model.price(Cost::kWipe).fixed_ps, 32'000);
  EXPECT_EQ(model.price(Cost::kSeal).fixed_ps, 12'000);
  EXPECT_EQ(model.price(Cost::kSeal).per_unit_ps, 4004);
}

TEST(CostModelFile, TheDerivedListMaySayWhatAnInstructionOfItsBaseTakes) {
  const CostModel model =
      Right(R"(name: "x" base: "unconverted.textproto" instruction { ps: 1 source: "s" })");
  EXPECT_EQ(model.price(Cost::kWipe).fixed_ps, 8);
}

TEST(CostModelFile, TimeAndInstructionsMayBeMixedInOnePrice) {
  const CostModel model = Right(R"(name: "x" base: "counted"
      prices { name: "open" fixed_ns: 7 per_unit_milli_instructions: 2000 unit: "byte" source: "s" })");
  EXPECT_EQ(model.price(Cost::kOpen).fixed_ps, 7000);
  EXPECT_EQ(model.price(Cost::kOpen).per_unit_ps, 1000);
}

TEST(CostModelFile, AnUnknownBaseIsNamedWithItsPlaceAndNothingElseIsMissing) {
  EXPECT_EQ(Wrong("name: \"x\"\nbase: \"fere\""),
            "dir/x.textproto:2:1: base: there is no cost model \"fere\"; did you mean free? there "
            "are back, counted, free, there, or write a path to a file of your own\n");
  EXPECT_EQ(Wrong(R"(name: "x" base: "no/file.textproto")"),
            "dir/x.textproto:1:11: base: \"no/file.textproto\" cannot be read (no such file); "
            "write a path relative to this file\n");
}

TEST(CostModelFile, BasesThatLeadBackAreNamedWhereTheyDo) {
  EXPECT_EQ(Wrong(R"(name: "x" base: "there")"),
            "cost_models/back.textproto:2:1: base: leads back: dir/x.textproto -> "
            "cost_models/there.textproto -> cost_models/back.textproto -> "
            "cost_models/there.textproto; name a list that is not based on this one\n");
  EXPECT_EQ(Wrong(R"(name: "x" base: "x.textproto")"),
            "dir/x.textproto:1:11: base: leads back: dir/x.textproto -> dir/x.textproto; name a "
            "list that is not based on this one\n");
}

TEST(CostModelFile, AChainOfBasesEnds) {
  // The same file by ever new paths.
  class Endless : public FileReader {
   public:
    absl::StatusOr<std::string> Read(const std::string&) override {
      return std::string(R"(name: "x" base: "a/x.textproto")");
    }
    absl::StatusOr<std::string> ReadShipped(const std::string&) override {
      return absl::NotFoundError("none");
    }
    std::vector<std::string> ShippedPaths() override { return {}; }
  };
  Endless files;
  Diagnostics diagnostics;
  ParseCostModel(*files.Read(""), "x.textproto", &files, &diagnostics);
  EXPECT_EQ(diagnostics.count(), 1);
  EXPECT_NE(diagnostics.ToString().find("more than 8 lists follow each other"), std::string::npos);
}

TEST(CostModelFile, WhatIsWrongInTheBaseIsSaidWithItsPlace) {
  const std::string errors = Wrong(R"(name: "x" base: "wrong.textproto")");
  EXPECT_EQ(errors.find("dir/wrong.textproto:2:10: prices[0].name: there is no work"), 0u) << errors;
  EXPECT_EQ(Wrong(R"(name: "x" base: "unread.textproto")").find("dir/unread.textproto:1:7: "), 0u);
}

TEST(CostModelFile, EverythingWrongIsSaidAtOnce) {
  const std::string errors = Wrong(R"(name: "x y"
base: "free"
instruction { ps: 0 }
prices { name: "seal" fixed_ns: 1 fixed_instructions: 1 per_unit_milli_instructions: -1 unit: "byte" source: "s" }
prices { name: "wipe" fixed_instructions: 1000000000001 per_unit_milli_instructions: 1 source: "s" }
prices { name: "wipe" source: "s" }
prices { name: "open" fixed_ns: 1 source: "s" }
)");
  for (const char* line : {
           "dir/x.textproto:1:1: name: \"x y\" is no name",
           "dir/x.textproto:3:1: instruction.source: is missing",
           "dir/x.textproto:3:15: instruction.ps: 0 is too little; write 1 to 1000000",
           "dir/x.textproto:4:35: prices[0].fixed_instructions: the price is written as fixed_ns as "
           "well; keep one",
           "dir/x.textproto:4:57: prices[0].per_unit_milli_instructions: -1 is negative",
           "dir/x.textproto:5:23: prices[1].fixed_instructions: 1000000000001 is too much",
           "dir/x.textproto:5:57: prices[1].per_unit_milli_instructions: wipe has no units",
           "dir/x.textproto:6:1: prices[2].fixed_ns: wipe has no price; write fixed_ns: NANOSECONDS "
           "or fixed_instructions: INSTRUCTIONS",
           "dir/x.textproto:6:10: prices[2].name: wipe has a price in line 5 already",
           "dir/x.textproto:7:1: prices[3].per_unit_ps: open has no price for a byte",
           "dir/x.textproto:7:1: prices[3].unit: the units of open are not \"\"",
       }) {
    EXPECT_NE(errors.find(line), std::string::npos) << line << "\n" << errors;
  }
}

TEST(CostModelFile, InstructionsNeedATimeAndATimeNeedsInstructions) {
  EXPECT_EQ(Wrong(R"(name: "x" base: "free"
prices { name: "wipe" fixed_instructions: 1 source: "s" })"),
            "dir/x.textproto:2:23: prices[0].fixed_instructions: nothing says what an instruction "
            "takes; write instruction { ps: PICOSECONDS source: \"...\" }\n");
  EXPECT_EQ(Wrong(R"(name: "x" base: "free" instruction { ps: 1 source: "s" })"),
            "dir/x.textproto:1:38: instruction.ps: no price is in instructions; leave instruction "
            "out\n");
}

TEST(CostModelFile, APriceInInstructionsIsBoundedByTheTimeItTakes) {
  EXPECT_EQ(Wrong(R"(name: "x" base: "free" instruction { ps: 1001 source: "s" }
prices { name: "wipe" fixed_instructions: 1000000000000 source: "s" }
prices { name: "seal" fixed_instructions: 0 per_unit_milli_instructions: 1000000000000 unit: "byte" source: "s" })"),
            "dir/x.textproto:2:23: prices[0].fixed_instructions: 1000000000000 takes "
            "1001000000000000 ps, which is too much; at most 1000000000000000 ps\n"
            "dir/x.textproto:3:45: prices[1].per_unit_milli_instructions: 1000000000000 takes "
            "1001000000000 ps, which is too much; at most 1000000000000 ps\n");
}

TEST(CostModelFile, WithoutABaseNothingMayBeMissing) {
  const std::string errors = Wrong(R"(name: "x")");
  for (int i = 0; i < wgnode::kCosts; ++i) {
    EXPECT_NE(errors.find(absl::StrCat("dir/x.textproto:1:1: prices.",
                                       absl::string_view(CostName(static_cast<Cost>(i))),
                                       ": is missing")),
              std::string::npos);
  }
}

}  // namespace
}  // namespace scenario
