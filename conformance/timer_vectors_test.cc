// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The timers of protocol/ against conformance/vectors/timers.json: what a peer does, and when what
// has to leave.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "conformance/script.h"
#include "conformance/sim_target.h"
#include "conformance/vector_file.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "protocol/wire_tester.h"

namespace conformance {
namespace {

using google::protobuf::Value;
using std::chrono::milliseconds;
using wg::WireBytes;

// A peer's history of spec/handshake section 6, played to our device.
class History {
 public:
  explicit History(const Vector& v) : v_(v), target_(wg::kLinux616), script_(&target_) {}

  void Play() {
    tester_ = &script_.AddTester();
    const std::string session = v_.Text("session");
    if (session == "peer") session_ = script_.SessionByTester(*tester_);
    if (session == "own") session_ = script_.SessionByTarget(*tester_);
    counter_ = session == "peer" ? 1 : 0;
    EXPECT_TRUE(script_.findings().empty());
    began_ = script_.now().boot;
    if (const int64_t interval = v_.Number("persistent_keepalive"); interval != 0) {
      script_.SetPeer({.public_key = tester_->public_key,
                       .persistent_keepalive = static_cast<uint16_t>(interval)});
    }
    for (const Value& value : v_["events"].list_value().values()) {
      const Vector event(value.struct_value());
      PassUntil(event.Number("at_ms"));
      Happen(event.Text("what"));
    }
    PassUntil(v_.Number("until_ms"));
  }

  void ExpectSent() {
    const auto& expected = v_["sends"].list_value();
    ASSERT_EQ(static_cast<size_t>(expected.values_size()), sent_.size());
    for (int i = 0; i < expected.values_size(); ++i) {
      const Vector send(expected.values(i).struct_value());
      const wg::WireOut& out = sent_[static_cast<size_t>(i)];
      const std::string what = out.bytes[0] == 1        ? "initiation"
                               : out.bytes.size() == 32 ? "keepalive"
                                                        : "data";
      EXPECT_EQ(what, send.Text("message")) << i;
      const auto at = std::chrono::duration_cast<milliseconds>(out.at - began_).count();
      EXPECT_GE(at, send.Number("from_ms")) << i;
      EXPECT_LE(at, send.Number("to_ms")) << i;
    }
  }

 private:
  void Take(std::vector<wg::WireOut> out) {
    for (wg::WireOut& one : out) sent_.push_back(std::move(one));
  }
  void PassUntil(int64_t ms) { Take(script_.Pass(began_ + milliseconds(ms) - script_.now().boot)); }
  void Happen(const std::string& what) {
    if (what == "packet to send") return Take(script_.SendInner(*tester_));
    ASSERT_TRUE(session_.has_value());
    const WireBytes plain = what == "data comes" ? tester_->InnerFrom(1) : WireBytes();
    ASSERT_TRUE(what == "data comes" || what == "keepalive comes") << what;
    Take(script_.Exchange(tester_->Data(*session_, counter_++, plain), *tester_));
  }

  const Vector& v_;
  SimTarget target_;
  Script script_;
  wg::Tester* tester_ = nullptr;
  absl::optional<wg::Tester::Session> session_;
  uint64_t counter_ = 0;
  wg::BootTime began_;
  std::vector<wg::WireOut> sent_;
};

TEST(TimerVectors, LeaveWhenTheyShould) {
  ForEach("timers", [](const Vector& v) {
    History history(v);
    history.Play();
    history.ExpectSent();
  });
}

}  // namespace
}  // namespace conformance
