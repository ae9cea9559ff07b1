// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever bytes are sent as a SET_DEVICE, to whichever kernel: an errno or a request. What was
// accepted is applied, and what the device is then comes back from a dump, at any size of messages;
// encoded again, the request is the same.
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "protocol/check.h"
#include "protocol/config_session_fixture.h"
#include "protocol/netlink/dump_cursor.h"
#include "protocol/netlink/dump_reader.h"
#include "protocol/netlink/interface.h"
#include "protocol/netlink/message.h"
#include "protocol/netlink/policy.h"
#include "protocol/netlink/request_fixture.h"
#include "protocol/netlink/set_device.h"

namespace wg::netlink {
namespace {

bool HasErrors(const SetDevice& request) {
  for (const SetPeer& peer : request.peers) {
    if (peer.error != Errno::kOk) return true;
    for (const AllowedIpChange& change : peer.allowed_ips) {
      if (change.error != Errno::kOk) return true;
    }
  }
  return false;
}

void CheckRoundTrip(const SetDeviceMessage& message, Version version) {
  if (HasErrors(message.request)) return;
  std::vector<uint8_t> datagram;
  const Errno error = EncodeSetDevice({.flags = kFlagRequest}, message.target, message.request,
                                      EncodeStyle(), &datagram);
  if (error == Errno::kMsgSize) return;
  CHECK(error == Errno::kOk);
  CHECK_EQ(datagram.size(), EncodedSize(message.target, message.request, EncodeStyle()));
  Request request;
  CHECK(ReadRequest(datagram, true, &request) == Errno::kOk);
  SetDeviceMessage again;
  CHECK(DecodeSetDevice(request.attributes, version, &again) == Errno::kOk);
  CHECK(again.target == message.target);
  CHECK(Describe(again.request) == Describe(message.request));
}

void CheckDump(const Device& device, size_t max_bytes) {
  DumpCursor cursor({.sequence = 7, .ifindex = 3, .ifname = "wg0"});
  DumpReader reader(7);
  while (!cursor.done()) {
    CHECK(reader.state() == DumpReader::State::kMore);
    const std::vector<uint8_t> datagram = cursor.Next(device, max_bytes);
    CHECK_LE(datagram.size(), max_bytes);
    reader.Feed(datagram);
  }
  CHECK(reader.state() == DumpReader::State::kDone);
  CHECK(Describe(reader.device()) == Describe(device.Get()));
}

void CheckCensus(const Device& device) {
  CHECK(device.state().allowed_ips.Validate().empty());
  const GetDevice get = device.Get();
  const DeviceCensus census = device.census();
  CHECK_EQ(census.peers, get.peers.size());
  size_t prefixes = 0;
  for (const GetPeer& peer : get.peers) prefixes += peer.allowed_ips.size();
  CHECK_EQ(prefixes, device.state().allowed_ips.prefixes());
  CHECK_LE(prefixes, census.trie_nodes);
  CHECK_LE(census.trie_nodes, 2 * prefixes);
}

void Try(absl::Span<const uint8_t> datagram, Version version) {
  Request request;
  if (ReadRequest(datagram, true, &request) != Errno::kOk) return;
  if (request.command != Command::kSetDevice) return;
  SetDeviceMessage message;
  if (DecodeSetDevice(request.attributes, version, &message) != Errno::kOk) return;
  CheckRoundTrip(message, version);
  const Interface interfaces[] = {{.index = 3, .name = "wg0"}};
  size_t found;
  if (Admit(message, interfaces, &found) != Errno::kOk) return;
  SeededEntropy entropy(7);
  BufferPool pool;
  Module module;
  Device device({.profile = version == Version::kLinux612 ? &wg::kLinux612 : &wg::kLinux616,
                 .crypto = &ModelledCrypto(),
                 .entropy = &entropy,
                 .pool = &pool,
                 .module = &module,
                 .now = kNow});
  Effects fx;
  device.Up(kNow, &fx);
  CHECK(Configure(&device, Peers({Add('A', {"10.0.0.1/32", "fd00::/64"}), Add('B')}), kNow, &fx) ==
        Errno::kOk);
  Configure(&device, std::move(message.request), kNow, &fx);
  CheckCensus(device);
  CheckDump(device, kDumpBytes);
  CheckDump(device, kMinDumpBytes + datagram.size() % 256);
}

}  // namespace
}  // namespace wg::netlink

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using wg::netlink::Version;
  const absl::Span<const uint8_t> datagram(data, size);
  for (const Version version : {Version::kLinux612, Version::kLinux616, Version::kLinux619}) {
    wg::netlink::Try(datagram, version);
  }
  wg::netlink::DumpReader(7).Feed(datagram);
  std::vector<uint8_t> wiped(data, data + size);
  wg::netlink::WipeKeys(absl::MakeSpan(wiped));
  return 0;
}
