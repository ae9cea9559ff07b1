// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/override.h"

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "scenarios/scenario.pb.h"

namespace scenario {
namespace {

constexpr char kText[] = R"(
  hosts { name: "node" count: 3 }
  hosts { name: "far" }
  links { mesh: "node" }
  flows { name: "a" stream { rate: "1/s" } }
  flows { name: "b" }
)";

class ApplyOverrideTest : public testing::Test {
 protected:
  ApplyOverrideTest() { google::protobuf::TextFormat::ParseFromString(kText, &scenario_); }

  std::vector<std::string> Set(const std::string& assignment) {
    auto paths = ApplyOverride(assignment, &scenario_);
    EXPECT_TRUE(paths.ok()) << paths.status();
    return paths.ok() ? *paths : std::vector<std::string>();
  }
  std::string Error(const std::string& assignment) {
    const std::string before = scenario_.DebugString();
    const std::string message(ApplyOverride(assignment, &scenario_).status().message());
    EXPECT_EQ(scenario_.DebugString(), before);
    return message;
  }

  file::Scenario scenario_;
};

using Paths = std::vector<std::string>;

TEST_F(ApplyOverrideTest, SetsFieldsOfEveryKind) {
  EXPECT_EQ(Set("duration=10s"), Paths{"duration"});
  EXPECT_EQ(scenario_.duration(), "10s");
  Set("seed=18446744073709551615");
  EXPECT_EQ(scenario_.seed(), 18446744073709551615u);
  Set("implementation=BORINGTUN");
  EXPECT_EQ(scenario_.implementation(), file::BORINGTUN);
  Set("hosts[1].cores=4");
  EXPECT_EQ(scenario_.hosts(1).cores(), 4u);
  Set("flows[1].ip_recverr=true");
  EXPECT_TRUE(scenario_.flows(1).ip_recverr());
}

TEST_F(ApplyOverrideTest, FindsElementsByNameAndAllByStar) {
  EXPECT_EQ(Set("hosts.far.cores=8"), Paths{"hosts[1].cores"});
  EXPECT_EQ(scenario_.hosts(1).cores(), 8u);
  EXPECT_FALSE(scenario_.hosts(0).has_cores());
  EXPECT_EQ(Set("flows[*].requests.timeout=1s"),
            (Paths{"flows[0].requests.timeout", "flows[1].requests.timeout"}));
  EXPECT_EQ(scenario_.flows(1).requests().timeout(), "1s");
}

TEST_F(ApplyOverrideTest, AddsToListsOfValues) {
  EXPECT_EQ(Set("watch=10.0.0.1"), Paths{"watch[0]"});
  EXPECT_EQ(Set("watch=10.0.0.2"), Paths{"watch[1]"});
  Set("watch[0]=10.0.0.3");
  EXPECT_EQ(scenario_.watch(0), "10.0.0.3");
  // A value may contain what paths are made of.
  Set("expectations=a.b == 1");
  EXPECT_EQ(scenario_.expectations(0), "a.b == 1");
}

TEST_F(ApplyOverrideTest, SaysWhatIsWrongAndChangesNothing) {
  EXPECT_EQ(Error("duration"), "\"duration\" is no assignment; write PATH=VALUE");
  EXPECT_EQ(Error("hosts.node.corse=1").substr(0, 64),
            "there is no field \"corse\" in hosts[0]; did you mean cores? there");
  EXPECT_EQ(Error("hosts.nodd.cores=1"),
            "there is no \"nodd\" in hosts; did you mean node? there are node, far");
  EXPECT_EQ(Error("hosts[2].cores=1"), "there is no hosts[2]; there are 2, counted from 0");
  EXPECT_EQ(Error("hosts[0].cores=-1"),
            "\"-1\" is no value for cores; write a whole number that fits into uint32");
  EXPECT_EQ(Error("implementation=LINUX_6_17"),
            "\"LINUX_6_17\" is no value for implementation; did you mean LINUX_6_12? there are "
            "LINUX_6_12, LINUX_6_16, WIREGUARD_GO, BORINGTUN, LINUX_TAGGED_REPLACE, "
            "LINUX_TAGGED_REPLACE_ROOT_FAULT");
  EXPECT_EQ(Error("flows[0].ip_recverr=1"),
            "\"1\" is no value for flows[0].ip_recverr; write true or false");
  EXPECT_EQ(Error("duration.x=1"), "duration is a single value; end the path there");
  EXPECT_EQ(Error("hosts=1"), "hosts is a list; name an element and a field, as hosts[0].FIELD");
  EXPECT_EQ(Error("duration[0]=1s"), "duration is no list; leave out the brackets");
  for (const char* text : {"=1", "..=1", "hosts[=1", "hosts[]=1", "hosts[0]=1", "flows.a.stream=1",
                           "flows.a.stream[0].rate=1", "watch[0]=1", "hosts[-1].cores=1"}) {
    EXPECT_NE(Error(text), "") << text;
  }
}

}  // namespace
}  // namespace scenario
