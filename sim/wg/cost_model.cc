// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/cost_model.h"

namespace wgnode {
namespace {

struct CostRow {
  absl::string_view name;
  absl::string_view unit;
};

constexpr std::array<CostRow, kCosts> kRows = {{
    {"syscall", ""},
    {"udp_send", "byte"},
    {"udp_receive", "byte"},
    {"wake_up", ""},
    {"nic_receive", "byte"},
    {"nic_interrupt", ""},
    {"loopback_receive", ""},
    {"icmp_send", ""},
    {"context_switch", ""},
    {"idle_exit", ""},
    {"napi_poll", ""},
    {"gro_receive", ""},
    {"gso_segment", "byte"},
    {"ring_lock", ""},
    {"socket_lock", ""},
    {"transmit_lock", ""},
    {"lock_handover", ""},
    {"tun_read", "byte"},
    {"tun_write", "byte"},
    {"xmit", "trie node"},
    {"receive", ""},
    {"seal", "byte"},
    {"transmit", "packet"},
    {"open", "byte"},
    {"deliver", "byte"},
    {"handshake_check", ""},
    {"handshake_challenge", ""},
    {"handshake_refused", ""},
    {"handshake_init", ""},
    {"handshake_response", ""},
    {"handshake_cookie", ""},
    {"handshake_out", ""},
    {"wipe", ""},
    {"netlink_message", "byte"},
    {"config_fixed", ""},
    {"set_private_key", "peer"},
    {"create_peer", ""},
    {"remove_allowed_ip", "trie node"},
    {"insert_allowed_ip", "trie node"},
    {"allocate_node", ""},
    {"destroy_peer", ""},
    {"grace_period", ""},
    {"flush_queues", ""},
}};

Cost HandshakeCost(const wg::Work& work, wg::HandshakeFate fate) {
  switch (fate) {
    case wg::HandshakeFate::kScreenedOut:
      return Cost::kHandshakeCheck;
    case wg::HandshakeFate::kCookie:
      return Cost::kHandshakeChallenge;
    case wg::HandshakeFate::kRefused:
      return Cost::kHandshakeRefused;
    case wg::HandshakeFate::kConsumed:
      break;
  }
  return work.message_type == 1   ? Cost::kHandshakeInit
         : work.message_type == 2 ? Cost::kHandshakeResponse
                                  : Cost::kHandshakeCookie;
}

}  // namespace

absl::string_view CostName(Cost cost) { return kRows[static_cast<int>(cost)].name; }
absl::string_view CostUnit(Cost cost) { return kRows[static_cast<int>(cost)].unit; }

std::optional<Cost> FindCost(absl::string_view name) {
  for (int i = 0; i < kCosts; ++i) {
    if (kRows[i].name == name) return static_cast<Cost>(i);
  }
  return std::nullopt;
}

sim::Duration CostModel::Charge(const wg::Work& work, wg::HandshakeFate fate) const {
  switch (work.kind) {
    case wg::WorkKind::kSeal:
      return Charge(Cost::kSeal, work.bytes);
    case wg::WorkKind::kTransmit:
      return Charge(Cost::kTransmit, work.packets);
    case wg::WorkKind::kOpen:
      return Charge(Cost::kOpen, work.bytes);
    case wg::WorkKind::kDeliver:
      return Charge(Cost::kDeliver, work.bytes);
    case wg::WorkKind::kHandshakeIn:
      return Charge(HandshakeCost(work, fate));
    case wg::WorkKind::kHandshakeOut:
      return Charge(Cost::kHandshakeOut);
    case wg::WorkKind::kWipe:
      return Charge(Cost::kWipe);
  }
  return sim::Duration(0);
}

sim::Duration CostModel::Charge(const wg::ConfigStep& step) const {
  switch (step.kind) {
    case wg::StepKind::kRemoveAllowedIp:
      return Rounded(price(Cost::kRemoveAllowedIp).fixed_ps * step.changes +
                     price(Cost::kRemoveAllowedIp).per_unit_ps * step.nodes);
    case wg::StepKind::kInsertAllowedIp:
      return Rounded(price(Cost::kInsertAllowedIp).fixed_ps * step.changes +
                     price(Cost::kInsertAllowedIp).per_unit_ps * step.nodes +
                     Picoseconds(Cost::kAllocateNode) * step.allocations);
    // A whole request under one lock: what its entries cost, without saying which are which.
    case wg::StepKind::kApply:
      return Rounded(price(Cost::kInsertAllowedIp).fixed_ps * step.changes +
                     price(Cost::kInsertAllowedIp).per_unit_ps * step.nodes +
                     Picoseconds(Cost::kAllocateNode) * step.allocations);
    case wg::StepKind::kSetPrivateKey:
      return Charge(Cost::kSetPrivateKey, step.changes);
    case wg::StepKind::kCreatePeer:
      return Charge(Cost::kCreatePeer);
    case wg::StepKind::kDestroyPeer:
      return Charge(Cost::kDestroyPeer);
    // The waiting itself is the driver's; the step that follows it costs what any small step costs.
    default:
      return Charge(Cost::kConfigFixed);
  }
}

}  // namespace wgnode
