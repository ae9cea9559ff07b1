// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Lines take effect in the order of the stream, whatever order the device has of its own: against an oracle that does
// nothing but take line after line.
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protocol/uapi/model_fixture.h"
#include "protocol/uapi/text_set.h"

namespace wg::uapi {
namespace {

TEST(TextSetModel, TwoLinesOfEveryKindInEveryOrder) {
  // A peer that is there and one that is not, each pair of lines in his section and in the device's.
  for (int a = 0; a < 32; ++a) {
    for (int b = 0; b < 32; ++b) {
      for (uint8_t peer : {0, 1}) {
        ModelledText model;
        model.Request(
            std::vector<uint8_t>{29, 0, 6, 8, 18, 22, 2, 7});  // an identity, peers C and E
        model.Request(
            std::vector<uint8_t>{static_cast<uint8_t>(a), static_cast<uint8_t>(b), peer, 9});
        model.Request(
            std::vector<uint8_t>{peer, 9, static_cast<uint8_t>(a), static_cast<uint8_t>(b), 10});
        ASSERT_EQ(model.Difference(), "") << a << " " << b;
      }
    }
  }
}

TEST(TextSetModel, AnyLinesInAnyOrder) {
  std::mt19937 random(7);
  for (int run = 0; run < 3000; ++run) {
    ModelledText model;
    for (int request = 0; request < 4; ++request) {
      std::vector<uint8_t> bytes(random() % 24);
      for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
      model.Request(bytes);
      ASSERT_EQ(model.Difference(), "") << "run " << run;
    }
  }
}

TEST(TextSetModel, APeersKeepaliveIsSentOnceAndToTheEndpointThatItsLinesGive) {
  const std::string key(64, 'c');
  const SetRequest request = ParseSet(
      absl::StrCat("public_key=", key,
                   "\npersistent_keepalive_interval=25\nallowed_ip=10.0.0.1/32\n"
                   "replace_allowed_ips=true\nallowed_ip=10.0.0.2/32\nendpoint=192.0.2.1:7\n"),
      [](const PublicKey&) { return true; });
  ASSERT_EQ(request.devices.size(), 1u);
  const std::vector<SetPeer>& entries = request.devices[0].peers;
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_TRUE(entries[0].endpoint.has_value());
  EXPECT_FALSE(entries[0].persistent_keepalive.has_value());
  EXPECT_EQ(entries[1].persistent_keepalive, 25);
}

}  // namespace
}  // namespace wg::uapi
