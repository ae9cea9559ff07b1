// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/pcapng.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace net {
namespace {

// The block written last, as words of hexadecimal digits.
class LastBlock : public ByteSink {
 public:
  void Write(absl::string_view bytes) override { bytes_ = std::string(bytes); }
  std::string Words() const {
    const std::string hex = absl::BytesToHexString(bytes_);
    std::string words;
    for (size_t at = 0; at < hex.size(); at += 8) {
      absl::StrAppend(&words, at == 0 ? "" : " ", hex.substr(at, 8));
    }
    return words;
  }

 private:
  std::string bytes_;
};

TEST(Pcapng, ASectionSaysItsByteOrderAndWhoWroteIt) {
  LastBlock block;
  PcapngWriter writer(&block, "wgsim");
  EXPECT_EQ(block.Words(),
            "0a0d0d0a 2c000000 4d3c2b1a 01000000 ffffffff ffffffff 04000500 77677369 6d000000 "
            "00000000 2c000000");
}

TEST(Pcapng, AnInterfaceHasANameAndNanoseconds) {
  LastBlock block;
  PcapngWriter writer(&block, "wgsim");
  EXPECT_EQ(writer.AddInterface(LinkType::kRaw, "a/wg0"), 0u);
  EXPECT_EQ(block.Words(),
            "01000000 2c000000 65000000 00000000 02000500 612f7767 30000000 09000100 09000000 "
            "00000000 2c000000");
  EXPECT_EQ(writer.AddInterface(LinkType::kUpperPdu, ""), 1u);
}

TEST(Pcapng, APacketHasTimeDirectionAndComment) {
  LastBlock block;
  PcapngWriter writer(&block, "wgsim");
  writer.AddInterface(LinkType::kRaw, "a");
  const uint8_t bytes[] = {0x45, 1, 2, 3, 4};
  writer.AddPacket(0, std::chrono::nanoseconds(0x1122334455667788), Direction::kOutbound, bytes,
                   "no");
  EXPECT_EQ(block.Words(),
            "06000000 3c000000 00000000 44332211 88776655 05000000 05000000 45010203 04000000 "
            "01000200 6e6f0000 02000400 02000000 00000000 3c000000");
  writer.AddPacket(0, std::chrono::nanoseconds(1), Direction::kUnknown, {}, "");
  EXPECT_EQ(block.Words(),
            "06000000 24000000 00000000 00000000 01000000 00000000 00000000 00000000 24000000");
}

TEST(Pcapng, SecretsCarryTheirTypeAndTrueLength) {
  LastBlock block;
  PcapngWriter writer(&block, "wgsim");
  writer.AddSecrets(0x57474b4c, "abcde");
  EXPECT_EQ(block.Words(), "0a000000 1c000000 4c4b4757 05000000 61626364 65000000 1c000000");
}

}  // namespace
}  // namespace net
