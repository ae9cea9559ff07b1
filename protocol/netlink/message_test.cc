// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/message.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "protocol/netlink/bytes_fixture.h"
#include "protocol/netlink/get_device.h"

namespace wg::netlink {
namespace {

Errno Read(const Bytes& datagram) {
  Request request;
  return ReadRequest(datagram, true, &request);
}

TEST(NetlinkMessage, ARequestIsHeaderCommandAndAttributes) {
  Request request;
  const Bytes datagram = SetMessage({Attr(kDeviceFwmark, U32(5))});
  ASSERT_EQ(ReadRequest(datagram, true, &request), Errno::kOk);
  EXPECT_EQ(request.header.sequence, 7u);
  EXPECT_EQ(request.header.flags, kFlagRequest | kFlagAck);
  EXPECT_EQ(request.command, Command::kSetDevice);
  EXPECT_EQ(request.attributes.data(), datagram.data() + 20);
  EXPECT_EQ(request.attributes.size(), 8u);
}

TEST(NetlinkMessage, GenericNetlinkRefusesWhatItsFamilyCannotHandle) {
  const Bytes good = SetMessage({});
  EXPECT_EQ(Read(good), Errno::kOk);
  Bytes other_family = good;
  other_family[4] = kFamily + 1;
  EXPECT_EQ(Read(other_family), Errno::kNoEnt);
  Bytes no_request = good;
  no_request[6] = kFlagAck;
  EXPECT_EQ(Read(no_request), Errno::kInval);
  EXPECT_EQ(Read(GenericMessage(kFlagRequest, static_cast<Command>(2), {})), Errno::kOpNotSupp);
  EXPECT_EQ(Read(GenericMessage(kFlagRequest, Command::kGetDevice, {})), Errno::kOpNotSupp);
  EXPECT_EQ(Read(GenericMessage(kFlagRequest | kFlagDump, Command::kSetDevice, {})),
            Errno::kOpNotSupp);
  EXPECT_EQ(Read(GenericMessage(kFlagRequest | kFlagDump, Command::kGetDevice, {})), Errno::kOk);
  Request request;
  EXPECT_EQ(ReadRequest(good, /*has_net_admin=*/false, &request), Errno::kPerm);
}

TEST(NetlinkMessage, NoWholeMessageIsNoRequest) {
  const Bytes good = SetMessage({});
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(Read(Bytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(size))),
              Errno::kInval);
  }
  Bytes headless = good;
  headless[0] = 19;  // the generic header is cut
  EXPECT_EQ(Read(headless), Errno::kInval);
  headless[0] = 15;
  EXPECT_EQ(Read(headless), Errno::kInval);
}

TEST(NetlinkMessage, ADatagramMayHoldSeveralMessages) {
  const Bytes answer = EncodeAnswer(SetMessage({}), Errno::kRange);
  const Bytes both = Cat({answer, answer, {1, 2, 3}});
  MessageReader reader(both);
  Message message;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(reader.Next(&message));
    EXPECT_EQ(message.header.type, kTypeError);
    EXPECT_EQ(message.header.sequence, 7u);
    Errno error;
    ASSERT_TRUE(DecodeAnswer(message, &error));
    EXPECT_EQ(error, Errno::kRange);
  }
  EXPECT_FALSE(reader.Next(&message));
  EXPECT_EQ(reader.leftover(), 3u);
}

TEST(NetlinkMessage, AnErrorRepeatsTheRequestASuccessItsHeader) {
  const Bytes request = SetMessage({Attr(kDeviceFwmark, U32(5))});
  EXPECT_EQ(EncodeAnswer(request, Errno::kInval), Cat({U32(48),
                                                       U16(kTypeError),
                                                       U16(0),
                                                       U32(7),
                                                       U32(0),                    //
                                                       {0xea, 0xff, 0xff, 0xff},  // -22
                                                       request}));
  EXPECT_EQ(EncodeAnswer(request, Errno::kOk),
            Cat({U32(36), U16(kTypeError), U16(0), U32(7), U32(0), U32(0),
                 Bytes(request.begin(), request.begin() + 16)}));
}

TEST(NetlinkMessage, ADumpRequestNamesTheInterface) {
  const Bytes datagram = EncodeGetDevice(Target::Name("wg0"), 7, 0);
  EXPECT_EQ(datagram, GenericMessage(kFlagRequest | kFlagAck | kFlagDump, Command::kGetDevice,
                                     Attr(kDeviceIfName, Text("wg0"))));
  Request request;
  ASSERT_EQ(ReadRequest(datagram, true, &request), Errno::kOk);
  Target target;
  ASSERT_EQ(DecodeGetDevice(request.attributes, Version::kLinux619, &target), Errno::kOk);
  EXPECT_EQ(target, Target::Name("wg0"));
}

}  // namespace
}  // namespace wg::netlink
