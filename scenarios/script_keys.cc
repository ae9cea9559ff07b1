// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/script_keys.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "protocol/check.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/device.h"
#include "sim/wg/sim_entropy.h"

namespace scenario {
namespace {

absl::StatusOr<std::string> KeyOfInterface(const World& world, absl::string_view kind, absl::string_view whose) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(whose, absl::MaxSplits('/', 1));
  for (size_t host = 0; host < world.plan().hosts.size(); ++host) {
    if (absl::string_view(world.plan().hosts[host].name) != parts.first) continue;
    const int wire = FindWire(world.plan(), static_cast<int>(host), parts.second);
    if (wire == plan::kNone) break;
    const wg::GetDevice device = world.wire(wire).tunnel->device().Get();
    if (kind == "public_key" && device.public_key) return wg::ToBase64(device.public_key->bytes);
    if (kind == "private_key" && device.private_key) return wg::ToBase64(device.private_key->bytes);
    return absl::NotFoundError(absl::StrCat(whose, " has no key"));
  }
  return absl::NotFoundError(absl::StrCat("there is no interface ", whose));
}

}  // namespace

int FindWire(const Plan& plan, int host, absl::string_view name) {
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    if (plan.devices[i].host == host && absl::string_view(plan.devices[i].name) == name) return static_cast<int>(i);
  }
  return plan::kNone;
}

absl::StatusOr<std::string> ScriptKey(const World& world, absl::string_view kind, absl::string_view whose) {
  if (absl::StrContains(whose, "/")) return KeyOfInterface(world, kind, whose);
  const std::string name(whose);
  wgnode::SimEntropy entropy(world.rng().Fork(kind == "preshared_key" ? "preshared key" : "named key").Fork(name));
  wg::PrivateKey key;
  entropy.Fill(absl::MakeSpan(key.bytes));
  if (kind == "preshared_key") return wg::ToBase64(key.bytes);
  wg::Clamp(&key);
  if (kind == "private_key") return wg::ToBase64(key.bytes);
  wg::PublicKey public_key;
  CHECK(world.crypto().DerivePublic(key, &public_key));
  return wg::ToBase64(public_key.bytes);
}

}  // namespace scenario
