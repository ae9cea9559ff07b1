// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/config_step.h"

namespace wg {

absl::string_view StepKindName(StepKind kind) {
  switch (kind) {
    case StepKind::kBegin:
      return "begin";
    case StepKind::kSetFwmark:
      return "fwmark";
    case StepKind::kSetListenPort:
      return "port";
    case StepKind::kSetPrivateKey:
      return "private key";
    case StepKind::kCreatePeer:
      return "create peer";
    case StepKind::kSetPresharedKey:
      return "preshared key";
    case StepKind::kSetEndpoint:
      return "endpoint";
    case StepKind::kRemoveAllowedIp:
      return "remove";
    case StepKind::kInsertAllowedIp:
      return "insert";
    case StepKind::kSetKeepalive:
      return "keepalive";
    case StepKind::kFlushStaged:
      return "flush staged";
    case StepKind::kUnlinkPeer:
      return "unlink peer";
    case StepKind::kUnhashPeer:
      return "unhash peer";
    case StepKind::kKillPeer:
      return "kill peer";
    case StepKind::kGracePeriod:
      return "grace period";
    case StepKind::kDropKeypairs:
      return "drop keypairs";
    case StepKind::kStopTimers:
      return "stop timers";
    case StepKind::kFlushQueues:
      return "flush queues";
    case StepKind::kDestroyPeer:
      return "destroy peer";
    case StepKind::kClearTable4:
      return "clear IPv4";
    case StepKind::kClearTable6:
      return "clear IPv6";
    case StepKind::kApply:
      return "apply all";
    case StepKind::kEnd:
      return "end";
  }
  return "";
}

}  // namespace wg
