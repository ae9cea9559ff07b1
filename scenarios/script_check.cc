// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/script_check.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/device.h"
#include "protocol/wg8/config_file.h"
#include "protocol/wg8/show.h"
#include "scenarios/script_keys.h"
#include "scenarios/script_text.h"
#include "scenarios/world_changes.h"
#include "sim/net/interface.h"

namespace scenario {
namespace {

using plan::Figure;

absl::StatusOr<std::string> WithKeys(const World& world, const std::string& text) {
  return ExpandScript(text, [&](absl::string_view kind, absl::string_view whose) { return ScriptKey(world, kind, whose); });
}

uint64_t OfPeer(const wg::GetPeer& peer, Figure figure) {
  switch (figure) {
    case Figure::kRxBytes:
      return peer.rx_bytes;
    case Figure::kTxBytes:
      return peer.tx_bytes;
    case Figure::kPeers:
      return 1;
    case Figure::kAllowedIps:
      return peer.allowed_ips.size();
    default:
      return peer.last_handshake == wg::WallTime() ? 0 : 1;
  }
}

std::string Shown(const wg::GetDevice& device, const std::string& word, bool one_peer) {
  std::string text = word == "conf" ? wg::wg8::ShowConf(device) : *wg::wg8::ShowField(device, word);
  while (absl::EndsWith(text, "\n")) text.pop_back();
  // Behind the key.
  return one_peer ? text.substr(std::min(text.size(), text.find('\t') + 1)) : text;
}

size_t Lines(const std::string& text) { return text.empty() ? 0 : 1 + static_cast<size_t>(std::count(text.begin(), text.end(), '\n')); }

size_t Words(const std::string& text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, absl::ByAnyChar(" \t\n"), absl::SkipEmpty());
  return words.size();
}

}  // namespace

absl::StatusOr<Sight> Look(World* world, const plan::Check& check) {
  const net::Interface* const interface = FindInterface(world, check.host, check.device);
  if (interface == nullptr) return absl::NotFoundError("ENODEV");
  Sight sight;
  const int wire = FindWire(world->plan(), check.host, check.device);
  if (check.figure == Figure::kInterfaceRxBytes || check.figure == Figure::kInterfaceTxBytes) {
    const bool rx = check.figure == Figure::kInterfaceRxBytes;
    sight.number = rx ? interface->counters().rx_bytes : interface->counters().tx_bytes;
    if (wire != plan::kNone) {  // which counts itself
      const wg::DeviceCounters& counters = world->wire(wire).tunnel->device().counters();
      sight.number = rx ? counters.rx_bytes : counters.tx_bytes;
    }
    sight.text = absl::StrCat(sight.number);
    return sight;
  }
  wg::GetDevice device = world->wire(wire).tunnel->device().Get();
  if (!check.peer.empty()) {
    const absl::StatusOr<std::string> key = WithKeys(*world, check.peer);
    if (!key.ok()) return key.status();
    std::vector<wg::GetPeer> one;
    for (wg::GetPeer& peer : device.peers) {
      if (wg::ToBase64(peer.public_key.bytes) == *key) one.push_back(std::move(peer));
    }
    if (one.empty() && check.figure != Figure::kPeers) return absl::NotFoundError("there is no such peer");
    device.peers = std::move(one);
  }
  if (!check.figure) {
    sight.text = Shown(device, check.show, !check.peer.empty());
    return sight;
  }
  for (const wg::GetPeer& peer : device.peers) sight.number += OfPeer(peer, *check.figure);
  sight.text = absl::StrCat(sight.number);
  return sight;
}

bool Passes(const World& world, const plan::Check& check, const Sight& sight) {
  const auto any = [&](const std::vector<std::string>& texts, const auto& matches) {
    return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
      const absl::StatusOr<std::string> whole = WithKeys(world, text);
      return whole.ok() && matches(*whole);
    });
  };
  const auto same = [&](const std::string& text) { return sight.text == text; };
  const auto has = [&](const std::string& text) { return absl::StrContains(sight.text, text); };
  const auto has_not = [&](const std::string& text) { return !absl::StrContains(sight.text, text); };
  return (check.is.empty() || any(check.is, same)) && !any(check.is_not, same) && !any(check.contains, has_not) &&
         !any(check.lacks, has) && (!check.lines || *check.lines == Lines(sight.text)) &&
         (!check.words || *check.words == Words(sight.text)) && (!check.at_least || sight.number >= *check.at_least) &&
         (!check.at_most || sight.number <= *check.at_most);
}

}  // namespace scenario
