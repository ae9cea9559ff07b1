// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What wg takes on its command line and in its files protocol/wg8 takes, and nothing else, but for what is named at the end.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tools/live/wg_program_fixture.h"

namespace live {
namespace {

TEST_F(WgProgram, WG8_007_WG8_008_WG8_030_TakesTheWordsThatWeTake) {
  for (const char* mark : {"OFF", "off", "0X10", "0x", "10", "010", "-1", "+1", " 5", "0xffffffff",
                           "0xfffffffff", "0xFf", "4294967296", "2a", "", "0x0"}) {
    ExpectSameOpinionOf({"fwmark", mark});
  }
  for (const char* port : {"0", "65535", "-1", "", "off", "05", "x"})
    ExpectSameOpinionOf({"listen-port", port});
  for (const char* seconds : {"OFF", "0", "65535", "65536", "", "-1", "07", "+7", "x"}) {
    ExpectSameOpinionOf({"peer", "$A", "persistent-keepalive", seconds});
  }
  for (const char* list : {"1.2.3.4",
                           "1.2.3.4/",
                           "1.2.3.4/33",
                           "1.2.3.4/033",
                           "1.2.3.4/08",
                           "1.2.3.4/0",
                           "/8",
                           ",",
                           "1.2.3.4,",
                           "1.2.3.4,,1.2.3.5",
                           "",
                           " ",
                           "1.2.3.4 /8",
                           "1. 2.3.4 , fd00::1",
                           "01.2.3.4",
                           "1.2.3",
                           "::1/129",
                           "::1/0",
                           "::ffff:1.2.3.4/128",
                           "fd00::%lo/64",
                           "1.2.3.4/+8",
                           "1.2.3.4/-1",
                           "1.2.3.4/8/9",
                           "FD00::1",
                           "::1.2.3.4",
                           "1.2.3.4/00000000000008",
                           "1.2.3.4/4294967304",
                           "--1.2.3.4",
                           "+-1.2.3.4",
                           "1.2.3.4,1.2.3.4/32"}) {
    ExpectSameOpinionOf({"peer", "$A", "allowed-ips", list});
  }
  for (const char* endpoint :
       {"192.0.2.1:5", "192.0.2.1", "192.0.2.1:", "192.0.2.1:0", "[::1]:5", "[::1]", "[]:5"}) {
    ExpectSameOpinionOf({"peer", "$A", "endpoint", endpoint});
  }
  for (const std::string& text :
       {std::string(), Key('A'), Key('A') + " \n\n", std::string("\n"), " " + Key('A'),
        Key('A') + "x", Key('A') + "\n" + Key('B'), Key('A').substr(1)}) {
    WriteFile(Path("key"), text);
    ExpectSameOpinionOf({"private-key", Path("key")});
    ExpectSameOpinionOf({"peer", "$A", "preshared-key", Path("key")});
  }
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"peer", "$A", "listen-port", "1"},
           {"LISTEN-PORT", "1"},
           {"peer", "$A", "remove", "allowed-ips", "1.2.3.4"},
           {"peer", "$A", "peer", "$A"},
           {"peer", "x"},
           {"peer"},
           {"fwmark", "1", "fwmark", "2"},
           {"remove", "peer", "$A"},
           {"peer", "$A", "allowed-ips", "1.2.3.4", "allowed-ips", ""},
           {"peer", "$A", "endpoint"}}) {
    ExpectSameOpinionOf(words);
  }
}

TEST_F(WgProgram, WG8_006_TakesTheFilesThatWeTake) {
  for (const char* file : {"",
                           "\n \n",
                           "[Interface]\nListenPort=1\nListenPort=2\n",
                           "[Peer]\nPublicKey=$A\nPublicKey=$B",
                           "[Interface][Peer]\n",
                           "[Interface] \n[interface]\nfwmark=1",
                           "[ Inter face ]\nLISTENPORT = 1 2",
                           "[Peer]\nAllowedIPs=1.2.3.4\nPublicKey=$A",
                           "[Peer]\nPublicKey=$A\nAllowedIPs=\n",
                           "[Peer]\nPublicKey=$A\nAllowedIPs= # none\n",
                           "[Peer]\nPublicKey=$A\nAllowedIPs=,\n",
                           "[Interface]\nListenPort\n",
                           "[Interface]\n#ListenPort\n",
                           "[Interface]\n;x\n",
                           "[Interface]\nFwMark=OFF\n",
                           "[Peer]\nPublicKey=$A\nPersistentKeepalive=OFF",
                           "[Peer]\nPublicKey=$A\nPresharedKey=$Z",
                           "[Interface]\nPrivateKey=$Z",
                           "[Interface]\nPrivateKey=\n",
                           "[Interface]\nPrivateKey=$A x\n",
                           "[Peer]\nPublicKey=$A\nAllowedIPs=1.2.3.4,1.2.3.4\nAllowedIPs=1.2.3.5",
                           "[Peer]\nPublicKey=$A\n[Peer]\nPublicKey=$A\nAllowedIPs=1.2.3.4",
                           "[Interface]\nListenPort==1",
                           "[Peer]\nPublicKey=$A\n[Interface]\nListenPort=1\n",
                           "[Peer]\n[Interface]\n",
                           "ListenPort=1\n",
                           "[Peer]\n",
                           "[Interface]\n=1\n",
                           "[Interface]\nPublicKey=$A\n",
                           "[Peer]\nPublicKey=$A\nListenPort=1\n",
                           "[Peer]\r\nPublicKey=$A\r\nEndpoint=192.0.2.1:5\r\n",
                           "[Interface]\nAddress=10.0.0.1\n",
                           "[Peer"}) {
    ExpectSameOpinionOfFile(file);
  }
}

TEST_F(WgProgram, WhatOnlyALookUpReadsAsANumberIsNotForUs) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"listen-port", "65536"},
                                             {"listen-port", " 7"},
                                             {"listen-port", "+7"},
                                             {"peer", "$A", "endpoint", "127.1:5"},
                                             {"peer", "$A", "endpoint", "[127.0.0.1]:5"},
                                             {"peer", "$A", "endpoint", "::1:5"}}) {
    std::vector<std::string> filled;
    for (const std::string& word : words) filled.push_back(Fill(word));
    EXPECT_EQ(Wg(SetCommand(filled)), 0) << err_;
    EXPECT_FALSE(Read(filled).ok()) << filled.back();
  }
}

}  // namespace
}  // namespace live

int main(int argc, char** argv) { return live::RunTestsWithWg(argc, argv); }
