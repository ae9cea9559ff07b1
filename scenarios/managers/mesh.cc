// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/managers/mesh.h"

#include "absl/strings/str_cat.h"

namespace scenario {

std::string WordsOf(const MeshEvent& event) {
  using Kind = MeshEvent::Kind;
  switch (event.kind) {
    case Kind::kPrefixes:
    case Kind::kMove:
      break;
    case Kind::kNodeAdded:
      return "node joins";
    case Kind::kNodeRemoved:
      return "node leaves";
    case Kind::kKeyChanged:
      return "new key";
    case Kind::kKeyAdded:
      return "key added";
    case Kind::kKeyRemoved:
      return "old key removed";
    case Kind::kEndpointChanged:
      return "new endpoint";
    case Kind::kResync:
      return "resync";
    case Kind::kRestart:
      return "restart";
    case Kind::kSynced:
      return "synced";
    case Kind::kActive:
      return "wake";
  }
  std::string text;
  for (const wg::Prefix& prefix : event.remove) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", "remove ", prefix.ToString());
  }
  for (const wg::Prefix& prefix : event.add) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", event.kind == Kind::kMove ? "move " : "add ",
                    prefix.ToString());
  }
  return text;
}

}  // namespace scenario
