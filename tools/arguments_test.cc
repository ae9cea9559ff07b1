// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/arguments.h"

#include "gtest/gtest.h"

namespace tools {
namespace {

const std::vector<Flag> kFlags = {
    {"seed", "N", "the seed"},
    {"set", "PATH=VALUE", "changes a field", true},
    {"quiet", "", "says nothing"},
    {"crypto", "HOW", "ciphers", false, "real|modelled"},
};

Arguments Parse(const std::vector<std::string>& words) {
  auto arguments = Arguments::Parse(words, kFlags);
  EXPECT_TRUE(arguments.ok()) << arguments.status();
  return arguments.value_or(Arguments());
}

std::string Error(const std::vector<std::string>& words) {
  return std::string(Arguments::Parse(words, kFlags).status().message());
}

using Words = std::vector<std::string>;

TEST(Arguments, TakesFlagsInBothSpellingsAndInAnyPlace) {
  const Arguments a = Parse({"--seed=7", "file", "--set", "a=1", "--set=b=2", "--quiet"});
  EXPECT_EQ(a.Get("seed"), "7");
  EXPECT_EQ(a.GetAll("set"), (Words{"a=1", "b=2"}));
  EXPECT_TRUE(a.Has("quiet"));
  EXPECT_FALSE(a.Has("help"));
  EXPECT_EQ(a.positional(), Words{"file"});
  EXPECT_EQ(a.Get("crypto", "real"), "real");
}

TEST(Arguments, EndsFlagsAtTwoDashes) {
  EXPECT_EQ(Parse({"--", "--seed"}).positional(), Words{"--seed"});
  EXPECT_EQ(Parse({"-"}).positional(), Words{"-"});
}

TEST(Arguments, KnowsHelpEverywhere) {
  EXPECT_TRUE(Parse({"--help"}).Has("help"));
  EXPECT_TRUE(Parse({"-h"}).Has("help"));
}

TEST(Arguments, SaysWhatIsWrongAndWhatWouldBeRight) {
  EXPECT_EQ(Error({"--sede=1"}), "there is no flag --sede; did you mean --seed? --help shows all");
  EXPECT_EQ(Error({"--wxyz"}), "there is no flag --wxyz; --help shows all");
  EXPECT_EQ(Error({"--seed"}), "--seed lacks its value; write --seed=N");
  EXPECT_EQ(Error({"--quiet=1"}), "--quiet has no value; write --quiet alone");
  EXPECT_EQ(Error({"--seed=1", "--seed=2"}), "--seed is given twice; keep one");
  EXPECT_EQ(Error({"--crypto=rael"}),
            "--crypto=rael: there is no such choice; write real or modelled");
}

}  // namespace
}  // namespace tools
