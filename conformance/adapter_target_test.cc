// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/adapter_target.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "conformance/adapter.pb.h"
#include "conformance/target.h"
#include "protocol/errno.h"
#include "protocol/ip.h"

namespace conformance {
namespace {

using std::chrono::seconds;

constexpr char kDatagram[] = R"({"bytes":"04","remote":"198.51.100.1:7")";

// What an adapter says, and what it was asked.
struct Dialogue {
  // absl::Status or text; after that "{}".
  template <typename... Answers>
  explicit Dialogue(Answers... all) {
    (answers.push_back(all), ...);
  }

  AdapterTarget::Exchange Exchange() {
    return [this](const std::string& line) -> absl::StatusOr<std::string> {
      file::AdapterRequest request;
      EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &request).ok()) << line;
      EXPECT_FALSE(absl::StrContains(line, "\n"));
      asked.push_back(request);
      if (answers.empty()) return "{}";
      absl::StatusOr<std::string> answer = answers.front();
      answers.pop_front();
      return answer;
    };
  }

  std::deque<absl::StatusOr<std::string>> answers;
  std::vector<file::AdapterRequest> asked;
};

std::string WithDatagram(const std::string& more) {
  return absl::StrCat(R"({"datagrams":[)", kDatagram, more, "}]}");
}

TEST(AdapterTarget, StartsWithItsVersionAndTheClocks) {
  Dialogue dialogue(R"({"tells_errors":true})");
  AdapterTarget target("x", dialogue.Exchange());
  ASSERT_EQ(dialogue.asked.size(), 1u);
  EXPECT_EQ(dialogue.asked[0].start(), 1u);
  EXPECT_EQ(dialogue.asked[0].boot_ns(), 1'000'000'000'000);
  EXPECT_EQ(dialogue.asked[0].wall_ns(), 1'700'000'000'000'000'000);
  EXPECT_NE(target.abilities() & kSendErrors, 0u);
  EXPECT_NE(target.abilities() & kVirtualTime, 0u);
}

TEST(AdapterTarget, ThatIsNotAbleSaysSoAndIsAskedNothingMore) {
  Dialogue dialogue(absl::UnimplementedError("no"));
  AdapterTarget target("x", dialogue.Exchange());
  target.SetUp(true);
  EXPECT_EQ(target.unsupported(), "no");
  EXPECT_EQ(target.fault(), "");
  EXPECT_EQ(dialogue.asked.size(), 1u);
}

TEST(AdapterTarget, ThatEndsIsAFaultAndIsAskedNothingMore) {
  Dialogue dialogue("{}", absl::UnavailableError("it ended with exit code 3"));
  AdapterTarget target("x", dialogue.Exchange());
  target.SetUp(true);
  target.SetUp(false);
  EXPECT_EQ(target.fault(), "it ended with exit code 3");
  EXPECT_EQ(dialogue.asked.size(), 2u);
}

TEST(AdapterTarget, WrongAnswersAreFaultsThatQuoteThem) {
  const std::pair<std::string, std::string> kWrong[] = {
      {"hello", "hello"},
      {R"({"datagrms":[]})", "datagrms"},
      {R"({"packets":["0g"]})", "packets: write hex"},
      {R"({"packets":["123"]})", "packets: write hex"},
      {R"({"datagrams":[{"bytes":"x","remote":"198.51.100.1:7"}]})", "bytes: write hex"},
      {R"({"datagrams":[{"bytes":"04","remote":"nobody"}]})", "remote: "},
      {WithDatagram(R"(,"local":"nowhere")"), "local: "},
      {std::string(1000, 'x'), "x...: "},
  };
  for (const auto& [answer, words] : kWrong) {
    Dialogue dialogue("{}", answer);
    AdapterTarget target("x", dialogue.Exchange());
    target.SetUp(true);
    EXPECT_TRUE(absl::StrContains(target.fault(), words)) << answer << "\n" << target.fault();
    EXPECT_LT(target.fault().size(), 400u);
  }
}

TEST(AdapterTarget, IsToldWhatBecameOfItsDatagramsAtOnce) {
  Dialogue dialogue("{}", absl::StrCat(R"({"datagrams":[)", kDatagram, "},",
                                       R"({"bytes":"04","remote":"203.0.113.254:7"},)", kDatagram,
                                       R"(,"local":"192.0.2.77"}]})"));
  AdapterTarget target("x", dialogue.Exchange());
  target.RemoveSecond();
  target.SetUp(true);
  ASSERT_EQ(dialogue.asked.size(), 3u);
  const file::Sent& sent = dialogue.asked[2].sent();
  ASSERT_EQ(sent.except_size(), 2);
  EXPECT_EQ(sent.except(0).datagram(), 1u);
  EXPECT_EQ(sent.except(0).reason(), file::NotSent::NO_ROUTE);
  EXPECT_EQ(sent.except(1).datagram(), 2u);
  EXPECT_EQ(sent.except(1).reason(), file::NotSent::SOURCE_GONE);
  const std::vector<wg::WireOut> out = target.TakeDatagrams();
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].local, kFirstV4);
  EXPECT_EQ(out[1].local, kFirstV4);
}

TEST(AdapterTarget, MayNotSendBecauseItHasSent) {
  Dialogue dialogue("{}", WithDatagram(""), WithDatagram(""));
  AdapterTarget target("x", dialogue.Exchange());
  target.SetUp(true);
  EXPECT_TRUE(absl::StrContains(target.fault(), "no reason to send")) << target.fault();
  EXPECT_EQ(dialogue.asked.size(), 3u);
}

TEST(AdapterTarget, IsCalledWhenItWantedAndNotBefore) {
  Dialogue dialogue(R"({"next_ns":"1002000000000"})", R"({"next_ns":1003500000000})");
  AdapterTarget target("x", dialogue.Exchange());
  target.Pass(seconds(10));
  ASSERT_EQ(dialogue.asked.size(), 3u);
  EXPECT_TRUE(dialogue.asked[1].timer());
  EXPECT_EQ(dialogue.asked[1].boot_ns(), 1'002'000'000'000);
  EXPECT_EQ(dialogue.asked[2].boot_ns(), 1'003'500'000'000);
  EXPECT_EQ(target.now().boot, wg::BootTime(seconds(1010)));
}

TEST(AdapterTarget, WhoseTimersAreDueForEverIsAFault) {
  AdapterTarget target("x", [](const std::string&) { return R"({"next_ns":5})"; });
  target.Pass(seconds(1));
  EXPECT_TRUE(absl::StrContains(target.fault(), "again and again")) << target.fault();
  EXPECT_EQ(target.now().boot, wg::BootTime(seconds(1001)));
}

TEST(AdapterTarget, SaysWhatTheSenderIsToldAndWhatIsConfigured) {
  Dialogue dialogue("{}", R"({"error":126})", R"({"text":"errno=-22\n\n"})",
                    R"({"text":"listen_port=7\nerrno=0\n\n"})");
  AdapterTarget target("x", dialogue.Exchange());
  EXPECT_EQ(target.SendInner({0x45}), wg::Errno::kNoKey);
  EXPECT_EQ(target.Configure({}), wg::Errno::kInval);
  EXPECT_EQ(target.Read().listen_port, 7);
  EXPECT_EQ(dialogue.asked[1].packet(), "45");
  EXPECT_EQ(dialogue.asked[2].ask(), "set=1\n\n");
  EXPECT_EQ(dialogue.asked[3].ask(), "get=1\n\n");
}

TEST(AdapterTarget, ThatDoesNotKnowLoadIsNoFault) {
  Dialogue dialogue("{}", R"({"unsupported":"no load"})");
  AdapterTarget target("x", dialogue.Exchange());
  EXPECT_FALSE(target.PutUnderLoad());
  EXPECT_EQ(target.unsupported(), "no load");
  EXPECT_EQ(target.fault(), "");
}

}  // namespace
}  // namespace conformance
