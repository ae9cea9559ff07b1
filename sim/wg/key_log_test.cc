// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/key_log.h"

#include "gtest/gtest.h"

namespace wgnode {
namespace {

TEST(KeyLog, IsTheTextThatWiresharkReads) {
  wg::InitiationSecrets secrets;
  secrets.static_private.bytes[0] = 1;
  secrets.remote_static.bytes[0] = 2;
  secrets.ephemeral_private.bytes[0] = 3;
  secrets.preshared.bytes[31] = 0xff;
  EXPECT_EQ(KeyLogText(secrets),
            "LOCAL_STATIC_PRIVATE_KEY = AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
            "REMOTE_STATIC_PUBLIC_KEY = AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
            "LOCAL_EPHEMERAL_PRIVATE_KEY = AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
            "PRESHARED_KEY = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP8=\n");
}

}  // namespace
}  // namespace wgnode
