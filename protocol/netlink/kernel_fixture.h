// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: a machine with the interfaces wg0 (number 3), eth0 (2) and wg1 (5), of which wg0 is a
// real device. Takes datagrams as the kernel does and gives the errno of the answer.
#ifndef WGSIM_PROTOCOL_NETLINK_KERNEL_FIXTURE_H_
#define WGSIM_PROTOCOL_NETLINK_KERNEL_FIXTURE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "protocol/config_session.h"
#include "protocol/config_session_fixture.h"
#include "protocol/errno.h"
#include "protocol/netlink/bytes_fixture.h"
#include "protocol/netlink/dump_cursor.h"
#include "protocol/netlink/dump_reader.h"
#include "protocol/netlink/get_device.h"
#include "protocol/netlink/interface.h"
#include "protocol/netlink/message.h"
#include "protocol/netlink/policy.h"
#include "protocol/netlink/set_device.h"

namespace wg::netlink {

class KernelTest : public ConfigSessionTest {
 protected:
  // A device of the version's kernel without peers.
  void Use(Version version) {
    version_ = version;
    ConfigSessionTest::Use(version == Version::kLinux612 ? &wg::kLinux612 : &wg::kLinux616);
  }

  Errno Send(const Bytes& datagram) {
    Request request;
    Errno error = ReadRequest(datagram, has_net_admin_, &request);
    if (error != Errno::kOk) return error;
    SetDeviceMessage message;
    error = DecodeSetDevice(request.attributes, version_, &message);
    if (error != Errno::kOk) return error;
    size_t found;
    error = Admit(message, interfaces_, &found);
    if (error != Errno::kOk) return error;
    ConfigSession session(device_.get(), std::move(message.request));
    while (session.Next()) session.Step(kNow, &fx_, bind_);
    return session.error();
  }
  Errno Send(const SetDevice& request) {
    Bytes datagram;
    const Errno error = EncodeSetDevice({.flags = kFlagRequest}, Target::Name("wg0"), request,
                                        EncodeStyle(), &datagram);
    return error == Errno::kOk ? Send(datagram) : error;
  }

  // The answer to a dump request for this target, or an errno.
  Errno Start(const Bytes& datagram) {
    Request request;
    Errno error = ReadRequest(datagram, has_net_admin_, &request);
    if (error != Errno::kOk) return error;
    Target target;
    error = DecodeGetDevice(request.attributes, version_, &target);
    if (error != Errno::kOk) return error;
    size_t found;
    return FindInterface(target, interfaces_, &found);
  }
  DumpCursor Cursor() const {
    return DumpCursor({.sequence = 7, .port = 1, .ifindex = 3, .ifname = "wg0"});
  }
  // A whole dump in messages of this size.
  DumpReader Dump(size_t max_bytes = kDumpBytes) {
    DumpCursor cursor = Cursor();
    DumpReader reader(7);
    for (dump_datagrams_ = 0; !cursor.done(); ++dump_datagrams_) {
      const Bytes datagram = cursor.Next(*device_, max_bytes);
      EXPECT_LE(datagram.size(), max_bytes);
      reader.Feed(datagram);
    }
    EXPECT_NE(reader.state(), DumpReader::State::kMore);
    return reader;
  }

  Version version_ = Version::kLinux616;
  bool has_net_admin_ = true;
  std::vector<Interface> interfaces_ = {
      {.index = 2, .name = "eth0", .is_wireguard = false},
      {.index = 3, .name = "wg0"},
      {.index = 5, .name = "wg1"},
  };
  BindOutcome bind_;  // of every listen port
  int dump_datagrams_ = 0;
};

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_KERNEL_FIXTURE_H_
