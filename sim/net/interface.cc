// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/interface.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace net {

Interface::Interface(Fabric* fabric, absl::string_view name, absl::string_view place, uint32_t mtu)
    : fabric_(fabric), name_(name), entity_(fabric->Register(place)), mtu_(mtu) {}

void Interface::set_mtu(uint32_t mtu) {
  mtu_ = mtu;
  if (stack_ != nullptr) stack_->OnInterfaceChange(this);
}

wg::Errno Interface::SetUp(bool up) {
  if (up_ == up) return wg::Errno::kOk;
  if (up) {
    if (stack_ == nullptr) return wg::Errno::kNoDev;
    if (wg::Errno error = OnUp(); error != wg::Errno::kOk) return error;
  }
  up_ = up;
  if (!up) OnDown();
  if (stack_ != nullptr) stack_->OnInterfaceChange(this);
  return wg::Errno::kOk;
}

wg::Errno Interface::Transmit(Packet* packet, uint32_t mtu) {
  if (!up_) return wg::Errno::kNetDown;
  const uint32_t bytes = packet->total_size();
  const uint32_t packets = packet->segments();
  if (!is_loopback()) fabric_->Show(entity_, Tap::Way::kOut, *packet);
  const wg::Errno error = DoTransmit(packet, mtu);
  if (error != wg::Errno::kOk && fabric_->tap() != nullptr) {
    fabric_->Show(entity_, Tap::Way::kNone, *packet,
                  absl::StrCat("refused: ", wg::ErrnoName(error)));
  }
  if (error != wg::Errno::kOk && fabric_->work_observer() != nullptr) {
    fabric_->work_observer()->OnRefusal(entity_, error, packet->tag());
  }
  if (counts_itself_) return error;
  if (error == wg::Errno::kOk) {
    counters_.tx_packets += packets;
    counters_.tx_bytes += bytes;
  } else if (error == wg::Errno::kNoBufs) {
    counters_.tx_dropped += packets;
  } else {
    counters_.tx_errors += packets;
  }
  return error;
}

void Interface::Receive(Packet&& packet) {
  if (!up_ || stack_ == nullptr) {
    counters_.rx_dropped += packet.segments();
    fabric_->Kill(&packet, entity_, up_ ? Drop::kNamespaceGone : Drop::kInterfaceDown);
    return;
  }
  if (!counts_itself_) {
    counters_.rx_packets += packet.segments();
    counters_.rx_bytes += packet.total_size();
  }
  if (!is_loopback()) fabric_->Show(entity_, Tap::Way::kIn, packet);
  packet.device = this;
  stack_->Input(std::move(packet));
}

void Interface::SetStack(IpStack* stack, uint32_t ifindex) {
  CHECK(!up_);
  stack_ = stack;
  ifindex_ = ifindex;
}

}  // namespace net
