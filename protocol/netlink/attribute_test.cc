// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/attribute.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/netlink/bytes_fixture.h"

namespace wg::netlink {
namespace {

TEST(Attribute, IsLengthTypePayloadAndZerosUpToAMultipleOfFour) {
  Bytes message;
  AttributeWriter writer(&message, 1000);
  EXPECT_TRUE(writer.PutU8(3, 0xab));
  EXPECT_TRUE(writer.PutU16(6, 0x1234));
  EXPECT_TRUE(writer.PutU32(7, 0x12345678));
  EXPECT_TRUE(writer.PutU64(8, 0x1122334455667788));
  EXPECT_TRUE(writer.PutString(2, "wg0"));
  EXPECT_TRUE(writer.Put(1, Bytes{}));
  EXPECT_EQ(message, (Bytes{
                         5,  0, 3, 0, 0xab, 0,    0,    0,                             //
                         6,  0, 6, 0, 0x34, 0x12, 0,    0,                             //
                         8,  0, 7, 0, 0x78, 0x56, 0x34, 0x12,                          //
                         12, 0, 8, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,  //
                         8,  0, 2, 0, 'w',  'g',  '0',  0,                             //
                         4,  0, 1, 0,                                                  //
                     }));
}

TEST(Attribute, NestsAreMarkedAndCountWhatIsInThem) {
  Bytes message;
  AttributeWriter writer(&message, 1000);
  size_t outer, inner;
  ASSERT_TRUE(writer.Begin(8, &outer));
  ASSERT_TRUE(writer.Begin(0, &inner));
  EXPECT_TRUE(writer.PutU8(3, 1));
  writer.End(inner);
  writer.End(outer);
  EXPECT_EQ(message, (Bytes{
                         16, 0, 8, 0x80,          //
                         12, 0, 0, 0x80,          //
                         5, 0, 3, 0, 1, 0, 0, 0,  //
                     }));
  EXPECT_EQ(message, Nest(8, {Nest(0, {Attr(3, U8(1))})}));
}

TEST(Attribute, WhatDoesNotFitIsNotWrittenAtAll) {
  Bytes message;
  AttributeWriter writer(&message, 16);
  size_t nest;
  ASSERT_TRUE(writer.Begin(8, &nest));
  EXPECT_TRUE(writer.PutU32(1, 5));
  EXPECT_EQ(writer.room(), 4u);
  EXPECT_FALSE(writer.PutU8(2, 5));
  EXPECT_FALSE(writer.Put(2, Bytes(100'000)));
  EXPECT_EQ(message.size(), 12u);
  EXPECT_TRUE(writer.Put(2, Bytes{}));
  EXPECT_FALSE(writer.Put(2, Bytes{}));
  writer.Cancel(nest);
  EXPECT_TRUE(message.empty());
}

TEST(AttributeReader, GivesViewsOfThePayloadsWithoutFlagsAndPadding) {
  const Bytes bytes =
      Cat({Attr(3, U8(0xab)), Nest(8, {Attr(1, U32(5))}), Attr(0x4007, U16(0x102))});
  AttributeReader reader(bytes);
  Attribute a;
  ASSERT_TRUE(reader.Next(&a));
  EXPECT_EQ(a.type, 3u);
  EXPECT_FALSE(a.nested);
  EXPECT_EQ(a.u8(), 0xabu);
  EXPECT_EQ(a.payload.data(), bytes.data() + 4);
  ASSERT_TRUE(reader.Next(&a));
  EXPECT_EQ(a.type, 8u);
  EXPECT_TRUE(a.nested);
  EXPECT_EQ(a.payload.size(), 8u);
  ASSERT_TRUE(reader.Next(&a));
  EXPECT_EQ(a.type, 7u);
  EXPECT_EQ(a.u16(), 0x102u);
  EXPECT_FALSE(reader.Next(&a));
  EXPECT_EQ(reader.leftover(), 0u);
}

TEST(AttributeReader, StopsWhereNoAttributeIsAndSaysHowMuchIsLeft) {
  const auto leftover = [](const Bytes& bytes) {
    AttributeReader reader(bytes);
    for (Attribute a; reader.Next(&a);) {
    }
    return reader.leftover();
  };
  EXPECT_EQ(leftover({}), 0u);
  EXPECT_EQ(leftover({4, 0, 1}), 3u);
  EXPECT_EQ(leftover({3, 0, 1, 0}), 4u);              // shorter than its header
  EXPECT_EQ(leftover({9, 0, 1, 0, 0, 0, 0, 0}), 8u);  // longer than what there is
  EXPECT_EQ(leftover({5, 0, 1, 0, 9}), 0u);           // the last one may lack its padding
  EXPECT_EQ(leftover(Cat({Attr(1, U8(1)), {1, 2}})), 2u);
}

}  // namespace
}  // namespace wg::netlink
