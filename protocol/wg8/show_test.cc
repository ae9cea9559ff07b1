// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/wg8/show.h"

#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace wg::wg8 {
namespace {

// Keys of one repeated byte.
std::string KeyText(uint8_t byte) {
  KeyBytes bytes;
  bytes.fill(byte);
  return ToBase64(bytes);
}

GetDevice Example() {
  GetDevice device;
  device.private_key.emplace();
  device.private_key->bytes.fill(1);
  device.public_key.emplace();
  device.public_key->bytes.fill(2);
  device.listen_port = 51820;
  device.peers.resize(2);
  device.peers[0].public_key.bytes.fill(3);
  device.peers[0].preshared_key.bytes.fill(4);
  device.peers[0].endpoint = Endpoint{IpAddress::V4(0xc0000201), 7};
  device.peers[0].persistent_keepalive = 25;
  device.peers[0].last_handshake = WallTime(std::chrono::milliseconds(1'704'067'200'900));
  device.peers[0].rx_bytes = 1372;
  device.peers[0].tx_bytes = 1428;
  device.peers[0].allowed_ips = {Prefix(IpAddress::V4(0x0a000000), 8), Prefix::Host(IpAddress::V6(0xfd00ull << 48, 1))};
  device.peers[1].public_key.bytes.fill(5);
  return device;
}

TEST(ShowField, PrintsWhatTheInterfaceHasInALine) {
  EXPECT_EQ(ShowField(Example(), "public-key"), KeyText(2) + "\n");
  EXPECT_EQ(ShowField(Example(), "private-key"), KeyText(1) + "\n");
  EXPECT_EQ(ShowField(Example(), "listen-port"), "51820\n");
  EXPECT_EQ(ShowField(Example(), "fwmark"), "off\n");
  GetDevice marked;
  marked.fwmark = 51820;
  EXPECT_EQ(ShowField(marked, "fwmark"), "0xca6c\n");
  EXPECT_EQ(ShowField(marked, "public-key"), "(none)\n");
  EXPECT_EQ(ShowField(marked, "private-key"), "(none)\n");
}

TEST(ShowField, PrintsALineForEachPeer) {
  const std::string one = KeyText(3), two = KeyText(5);
  EXPECT_EQ(ShowField(Example(), "peers"), one + "\n" + two + "\n");
  EXPECT_EQ(ShowField(Example(), "preshared-keys"), one + "\t" + KeyText(4) + "\n" + two + "\t(none)\n");
  EXPECT_EQ(ShowField(Example(), "endpoints"), one + "\t192.0.2.1:7\n" + two + "\t(none)\n");
  EXPECT_EQ(ShowField(Example(), "allowed-ips"), one + "\t10.0.0.0/8 fd00::1/128\n" + two + "\t(none)\n");
  EXPECT_EQ(ShowField(Example(), "latest-handshakes"), one + "\t1704067200\n" + two + "\t0\n");
  EXPECT_EQ(ShowField(Example(), "persistent-keepalive"), one + "\t25\n" + two + "\toff\n");
  EXPECT_EQ(ShowField(Example(), "transfer"), one + "\t1372\t1428\n" + two + "\t0\t0\n");
}

TEST(ShowField, PrintsNothingOfPeersWhereThereAreNone) { EXPECT_EQ(ShowField(GetDevice(), "transfer"), ""); }

TEST(ShowField, DumpIsTheSameByBothNames) { EXPECT_EQ(ShowField(Example(), "dump"), ShowDump(Example())); }

TEST(ShowField, KnowsTheWordsThatItNamesAndNoOthers) {
  const std::vector<std::string> words = absl::StrSplit(kShowWords, ", ");
  EXPECT_EQ(words.size(), 12u);
  for (const std::string& word : words) EXPECT_TRUE(ShowField(Example(), word).has_value()) << word;
  EXPECT_FALSE(ShowField(Example(), "everything").has_value());
  EXPECT_FALSE(ShowField(GetDevice(), "everything").has_value());
}

}  // namespace
}  // namespace wg::wg8
