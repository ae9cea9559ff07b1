// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Every assertion against our own device as each profile; that none of them cannot fail; and the runner's own rules.
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "conformance/assertion.h"
#include "conformance/report.pb.h"
#include "conformance/report_text.h"
#include "conformance/requirement.pb.h"
#include "conformance/runner.h"
#include "conformance/sim_target.h"
#include "conformance/target.h"
#include "protocol/profile.h"
#include "protocol/wire_tester.h"

namespace conformance {
namespace {

template <typename Message>
Message ReadText(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text.str(), &message)) << path;
  return message;
}

file::Expectations Expected() {
  file::Expectations all;
  for (const auto& entry : std::filesystem::directory_iterator("conformance/expectations")) {
    all.MergeFrom(ReadText<file::Expectations>(entry.path()));
  }
  return all;
}

std::string NameOf(const wg::Profile& profile) { return absl::StrCat("sim/", profile.name); }

class ConformTest : public testing::TestWithParam<const wg::Profile*> {};

TEST_P(ConformTest, OurDeviceKeepsEveryAssertionOrTheListSaysWhyNot) {
  const wg::Profile& profile = *GetParam();
  file::Report report;
  *report.add_targets() = RunAssertions(
      AllAssertions(), NameOf(profile), [&] { return std::make_unique<SimTarget>(profile); },
      Expected(), /*slow=*/true);
  EXPECT_TRUE(Succeeded(report, /*strict=*/true)) << TreeText(report, /*whole=*/false);
}

INSTANTIATE_TEST_SUITE_P(Profiles, ConformTest,
                         testing::ValuesIn(wg::AllProfiles().begin(), wg::AllProfiles().end()),
                         [](const auto& info) { return std::string(info.param->name); });

// Our device behind something that spoils it.
class SpoiltTarget : public Target {
 public:
  // Neither hears nor speaks; answers everything with nonsense; has the same index always; forgets what is configured; shows what
  // nobody has configured.
  enum class Fault { kDeaf, kTalksBack, kIndexZero, kForgetful, kInventive };

  explicit SpoiltTarget(Fault fault) : fault_(fault) {}
  const std::string& name() const override { return good_.name(); }
  Abilities abilities() const override { return good_.abilities(); }
  wg::Now now() const override { return good_.now(); }
  void StepWall(wg::Duration by) override { good_.StepWall(by); }
  void Pass(wg::Duration duration) override { good_.Pass(duration); }
  wg::Errno Configure(const wg::SetDevice& request) override {
    return fault_ == Fault::kForgetful && !request.private_key ? wg::Errno::kOk
                                                                : good_.Configure(request);
  }
  wg::GetDevice Read() override {
    wg::GetDevice device = good_.Read();
    if (fault_ != Fault::kInventive) return device;
    device.private_key.emplace().bytes.fill(0xff);
    device.peers.emplace_back();
    device.listen_port = 0;
    return device;
  }
  std::string Ask(const std::string& request) override {
    return fault_ == Fault::kForgetful ? "errno=0\n\n" : good_.Ask(request);
  }
  bool PutUnderLoad() override { return good_.PutUnderLoad(); }
  void SetUp(bool up) override { good_.SetUp(up); }
  void Deliver(const wg::WireBytes& bytes, const wg::Endpoint& from, uint8_t ds) override {
    if (fault_ == Fault::kDeaf) return;
    if (fault_ == Fault::kTalksBack) talked_.push_back({now().boot, wg::WireBytes(92, 2), from, 0});
    good_.Deliver(bytes, from, ds);
  }
  bool DeliverAtSecond(const wg::WireBytes& bytes, const wg::Endpoint& from) override {
    return fault_ == Fault::kDeaf || good_.DeliverAtSecond(bytes, from);
  }
  bool RemoveSecond() override { return good_.RemoveSecond(); }
  wg::Errno SendInner(const wg::WireBytes& packet) override {
    return fault_ == Fault::kDeaf ? wg::Errno::kOk : good_.SendInner(packet);
  }
  std::vector<wg::WireOut> TakeDatagrams() override {
    std::vector<wg::WireOut> out = good_.TakeDatagrams();
    if (fault_ == Fault::kDeaf) return {};
    for (wg::WireOut& one : talked_) out.push_back(std::move(one));
    talked_.clear();
    if (fault_ != Fault::kIndexZero) return out;
    for (wg::WireOut& one : out) std::fill_n(one.bytes.begin() + 4, 4, uint8_t{0});
    return out;
  }
  std::vector<wg::WireBytes> TakeInner() override { return good_.TakeInner(); }

 private:
  const Fault fault_;
  SimTarget good_{wg::kLinux616};
  std::vector<wg::WireOut> talked_;
};

TEST(Assertions, EachFailsOnATargetThatIsDeafOrTalksBack) {
  using Fault = SpoiltTarget::Fault;
  for (const Assertion& assertion : AllAssertions()) {
    bool failed = false;
    for (const Fault fault : {Fault::kDeaf, Fault::kTalksBack, Fault::kIndexZero, Fault::kForgetful,
                              Fault::kInventive}) {
      const file::TargetReport report = RunAssertions(
          {&assertion, 1}, "spoilt", [fault] { return std::make_unique<SpoiltTarget>(fault); }, {}, true);
      failed |= report.assertions(0).verdict() == file::FAIL;
    }
    EXPECT_TRUE(failed) << assertion.name << " cannot fail";
  }
}

TEST(Assertions, AreOfTheCatalogueAndCheckSomething) {
  std::set<std::string> known, names;
  const auto catalogue = ReadText<file::Catalogue>("conformance/requirements.textproto");
  for (const file::Requirement& one : catalogue.requirements()) {
    known.insert(one.id());
  }
  for (const Assertion& assertion : AllAssertions()) {
    EXPECT_TRUE(names.insert(std::string(assertion.name)).second) << assertion.name;
    const std::vector<std::string> ids = IdsOf(assertion.name);
    EXPECT_FALSE(ids.empty()) << assertion.name;
    for (const std::string& id : ids) EXPECT_TRUE(known.contains(id)) << assertion.name << ": " << id;
    SimTarget target(wg::kLinux616);
    Script script(&target);
    assertion.run(script);
    EXPECT_GT(script.checks(), 0u) << assertion.name;
  }
}

void Good(Script& script) { script.Check("one is one", true); }
void Bad(Script& script) { script.CheckNumber("one & <one>", 1, 2); }
const Assertion kOne{"NOISE_001_PEER_020_ItIsGood", &Good};
const Assertion kTwo{"NOISE_002_ItIsBad", &Bad};

file::TargetReport RunTwo(const file::Expectations& expectations) {
  const std::vector<Assertion> both = {kOne, kTwo};
  return RunAssertions(both, "sim/X", [] { return std::make_unique<SimTarget>(wg::kLinux616); }, expectations, true);
}

file::Expectations Fails(const std::string& assertion, const std::string& target) {
  file::Expectations expectations;
  file::Expectation* one = expectations.add_fails();
  one->set_assertion(assertion);
  one->set_target(target);
  one->set_reason("because");
  return expectations;
}

TEST(Names, SayIdsAndClaim) {
  EXPECT_EQ(IdsOf(kOne.name), (std::vector<std::string>{"NOISE-001", "PEER-020"}));
  EXPECT_EQ(ClaimOf(kOne.name), "it is good");
}

TEST(Selection, TakesIdsPartsOfNamesAndBeginnings) {
  for (const char* pattern : {"NOISE-001", "peer-020", "ItIsGood", "noise_001*", "PEER*"}) {
    EXPECT_TRUE(Matches(kOne, pattern)) << pattern;
    EXPECT_FALSE(Matches(kTwo, pattern)) << pattern;
  }
  std::vector<std::string> unmatched;
  const std::vector<Assertion> both = {kOne, kTwo};
  EXPECT_EQ(Select(both, {.only = {"NOISE*"}, .skip = {"PEER-020", "RX*"}}, &unmatched).size(), 1u);
  EXPECT_EQ(unmatched, std::vector<std::string>{"RX*"});
}

TEST(Verdicts, FailAndXpassFailTheRunAndXfailDoesNot) {
  file::Report report;
  *report.add_targets() = RunTwo({});
  EXPECT_EQ(report.targets(0).assertions(0).verdict(), file::PASS);
  EXPECT_EQ(report.targets(0).assertions(1).verdict(), file::FAIL);
  EXPECT_FALSE(Succeeded(report, false));
  *report.mutable_targets(0) = RunTwo(Fails("NOISE_002*", "sim*"));
  EXPECT_EQ(report.targets(0).assertions(1).verdict(), file::XFAIL);
  EXPECT_TRUE(Succeeded(report, true));
  *report.mutable_targets(0) = RunTwo(Fails("NOISE_001*", "sim/X"));
  EXPECT_EQ(report.targets(0).assertions(0).verdict(), file::XPASS);
  EXPECT_FALSE(Succeeded(report, false));
  *report.mutable_targets(0) = RunTwo(Fails("NOISE_002*", "other"));
  EXPECT_EQ(report.targets(0).assertions(1).verdict(), file::FAIL) << "of another target";
}

TEST(Reports, SayWhatWasExpectedAndSeen) {
  file::Report report;
  *report.add_targets() = RunTwo({});
  const std::string tree = TreeText(report, /*whole=*/true);
  EXPECT_TRUE(absl::StrContains(tree, "PASS          NOISE-001 PEER-020: it is good\n")) << tree;
  EXPECT_TRUE(absl::StrContains(tree, "one & <one>: expected 2, seen 1\n")) << tree;
  EXPECT_TRUE(absl::StrContains(tree, "again: wgsim conform --target=sim/X --only=NOISE_002_ItIsBad\n"));
  EXPECT_TRUE(absl::StrContains(tree, "1 PASS, 1 FAIL\n"));
  const std::string xml = JunitXml(report);
  EXPECT_TRUE(absl::StrContains(xml, "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\"")) << xml;
  EXPECT_TRUE(absl::StrContains(xml, "one &amp; &lt;one&gt;: expected 2, seen 1")) << xml;
  file::Report again;
  *again.add_targets() = RunTwo({});
  EXPECT_EQ(JsonText(report), JsonText(again));
}

}  // namespace
}  // namespace conformance
