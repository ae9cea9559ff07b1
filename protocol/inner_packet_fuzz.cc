// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an inner packet: through Transmit at one end, and, sealed by a real peer that does
// not look, through Receive at the other. What becomes of them is what the rules say, written here
// a second time; what is delivered is what was sent.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "protocol/check.h"
#include "protocol/device_state.h"
#include "protocol/fuzz_input.h"
#include "protocol/profile.h"
#include "protocol/send.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using Bytes = std::vector<uint8_t>;

IpAddress Inner6(Side side) { return IpAddress::V6(uint64_t{0xfd00} << 48, 1 + side); }

size_t Version(const Bytes& packet) { return packet.empty() ? 0 : packet[0] >> 4; }
bool IsV4(const Bytes& packet) { return Version(packet) == 4 && packet.size() >= 20; }
bool IsV6(const Bytes& packet) { return Version(packet) == 6 && packet.size() >= 40; }

size_t ClaimedLength(const Bytes& packet) {
  return IsV4(packet) ? packet[2] * 256u + packet[3] : packet[4] * 256u + packet[5] + 40;
}

bool HasAddress(const Bytes& packet, size_t at4, size_t at6, Side side) {
  uint8_t bytes[16];
  const bool v4 = IsV4(packet);
  (v4 ? IpAddress::V4(0x0a000001 + side) : Inner6(side)).CopyBytes(bytes);
  return std::equal(bytes, bytes + (v4 ? 4 : 16), packet.begin() + (v4 ? at4 : at6));
}

Errno ExpectedErrno(const Bytes& packet) {
  if (!IsV4(packet) && !IsV6(packet)) return Errno::kProtoNoSupport;
  return HasAddress(packet, 16, 24, kB) ? Errno::kOk : Errno::kNoKey;
}

// kConsumed: delivered, or a keepalive. `text`: with what was put behind the packet.
DropReason ExpectedFate(const Bytes& text) {
  if (text.empty()) return DropReason::kConsumed;
  if (!IsV4(text) && !IsV6(text)) return DropReason::kBadInnerType;
  const size_t length = ClaimedLength(text);
  if (length < 20 || length > text.size()) return DropReason::kBadInnerSize;
  return HasAddress(text, 12, 8, kA) ? DropReason::kConsumed : DropReason::kUnallowedSource;
}

void WriteAddress(Bytes* packet, size_t at4, size_t at6, Side side) {
  if (IsV4(*packet)) IpAddress::V4(0x0a000001 + side).CopyBytes(packet->data() + at4);
  if (IsV6(*packet)) Inner6(side).CopyBytes(packet->data() + at6);
}

// The mark may have changed on the way, and with it the checksum of an IPv4 header.
void ForgetMark(Bytes* packet) {
  if (IsV4(*packet)) {
    (*packet)[1] &= 0xfc;
    (*packet)[10] = (*packet)[11] = 0;
  } else {
    (*packet)[1] &= 0xcf;
  }
}

class Fuzz {
 public:
  explicit Fuzz(FuzzInput* input) : net_({.profile = AllProfiles()[input->Byte() % 4]}) {
    for (const Side side : {kA, kB}) {
      CHECK(net_.state(side).allowed_ips.Insert(Prefix::Host(Inner6(Other(side))),
                                                net_.peer(side).slot) == Errno::kOk);
    }
    net_.Handshake(kA);
    const uint8_t how = input->Byte();
    bypass_ = how & 1;
    outer_ds_ = how >> 6;
    mtu_ = how & 2 ? input->U16() : 1420;
    packet_ = input->Bytes(2000);
    if (how & 4) WriteAddress(&packet_, 12, 8, kA);
    if (how & 8) WriteAddress(&packet_, 16, 24, kB);
    if (how & 16 && IsV4(packet_)) SetLength(packet_.size(), 2);
    if (how & 16 && IsV6(packet_)) SetLength(packet_.size() - 40, 4);
  }

  void Run() {
    if (!Transmit()) return;
    TestNode& b = net_.node(kB);
    const DeviceCounters before = b.device->counters();
    const size_t sealed = PassOn();
    packet_.resize(sealed);  // what is behind it is zero
    CHECK_EQ(b.fx.inner.size() + b.fx.dropped.size(), 1u);
    const DropReason fate = ExpectedFate(packet_);
    if (!b.fx.inner.empty()) {
      CHECK(fate == DropReason::kConsumed);
      CheckDelivered(std::as_const(b.fx.inner[0].packet).bytes());
    } else {
      CHECK(b.fx.dropped[0].reason == fate);
      CHECK(fate != DropReason::kConsumed || sealed == 0);
    }
    const DeviceCounters& after = b.device->counters();
    const bool good = fate == DropReason::kConsumed;
    CHECK_EQ(after.rx_packets - before.rx_packets, good);
    CHECK_EQ(after.rx_bytes - before.rx_bytes, good ? sealed + 32 : 0);
    CHECK_EQ(after.rx_errors - before.rx_errors, !good);
    CHECK_EQ(after.rx_length_errors - before.rx_length_errors, fate == DropReason::kBadInnerSize);
    b.fx.Clear();
    CHECK_EQ(net_.node(kA).pool.live(), 0);
    CHECK_EQ(b.pool.live(), 0);
  }

 private:
  void SetLength(size_t length, size_t at) {
    packet_[at] = static_cast<uint8_t>(length >> 8);
    packet_[at + 1] = static_cast<uint8_t>(length);
  }

  // False: refused.
  bool Transmit() {
    TestNode& a = net_.node(kA);
    Buffer packet = a.pool.Copy(packet_);
    if (bypass_) {
      StagePackets(a.device->state(), net_.now(), *a.peer, absl::MakeSpan(&packet, 1), mtu_, &a.fx);
      return true;
    }
    const uint64_t errors = a.device->counters().tx_errors;
    const Errno error = a.device->Transmit(net_.now(), &packet, mtu_, &a.fx);
    CHECK(error == ExpectedErrno(packet_));
    CHECK_EQ(static_cast<bool>(packet), error != Errno::kOk);
    CHECK_EQ(a.device->counters().tx_errors - errors, error != Errno::kOk);
    return error == Errno::kOk;
  }

  // From A's staged queue to B's effects; the size of the sealed text.
  size_t PassOn() {
    TestNode& a = net_.node(kA);
    TestNode& b = net_.node(kB);
    a.driver.Settle(net_.now(), &a.fx);
    CHECK_EQ(a.fx.datagrams.size(), 1u);
    CHECK(a.fx.dropped.empty());
    const Datagram& sent = a.fx.datagrams[0];
    const size_t sealed = sent.bytes - 32;
    const size_t multiple = net_.state(kA).profile.padding_multiple;
    CHECK_GE(sealed, packet_.size());
    CHECK_LT(sealed - packet_.size(), multiple);
    Datagram arrived = {.payload = b.pool.Copy(sent.payload.bytes()),
                        .remote = a.address,
                        .local = b.address.address,
                        .ds = static_cast<uint8_t>(sent.ds | outer_ds_)};
    a.device->OnDatagramSent(net_.now(), sent, SendOutcome::kSent);
    a.fx.Clear();
    b.device->Receive(net_.now(), std::move(arrived), &b.fx);
    b.driver.Settle(net_.now(), &b.fx);
    return sealed;
  }

  void CheckDelivered(absl::Span<const uint8_t> got) {
    Bytes delivered(got.begin(), got.end());
    Bytes wanted = packet_;
    wanted.resize(ClaimedLength(packet_));
    if (IsV4(packet_) && !net_.state(kB).profile.carries_ecn) CHECK(delivered == wanted);
    ForgetMark(&delivered);
    ForgetMark(&wanted);
    CHECK(delivered == wanted);
  }

  TwoDevices net_;
  bool bypass_ = false;
  uint8_t outer_ds_ = 0;
  uint32_t mtu_ = 0;
  Bytes packet_;
};

}  // namespace
}  // namespace wg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  wg::FuzzInput input(data, size);
  wg::Fuzz(&input).Run();
  return 0;
}
