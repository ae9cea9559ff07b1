// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a manager is told: the nodes of the mesh as they are meant to be, and what happens to them.
#ifndef WGSIM_SCENARIOS_MANAGERS_MESH_H_
#define WGSIM_SCENARIOS_MANAGERS_MESH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "scenarios/prefix_list.h"

namespace scenario {

// Another node, as one manager knows it.
struct MeshNode {
  bool present = false;  // it was told of, and is not gone
  wg::PublicKey key;
  std::optional<wg::Endpoint> endpoint;  // nothing: learnt
  uint16_t keepalive = 0;                // seconds, 0 = off
  std::optional<wg::PresharedKey> preshared_key;
  // In the order in which they came. Known also of a node that is not present.
  PrefixList prefixes;
};

struct MeshEvent {
  enum class Kind : uint8_t {
    kPrefixes,         // node gets `add` and loses `remove`; whoever had what is added loses it
    kMove,             // add[0] goes from `from` to `node`
    kNodeAdded,        // node with `state`, whose prefixes are not looked at
    kNodeRemoved,      // node
    kKeyChanged,       // node, `state.key`
    kKeyAdded,         // node, `state.key`: it is there under another key; the old one will be gone
    kKeyRemoved,       // node, `state.key`: it is gone under this old key
    kEndpointChanged,  // node, `state.endpoint`
    kResync,           // compare now
    kRestart,          // nothing is known any more; everything will be told again
    kSynced,           // that was everything
    kActive,           // there is a packet for (or from) a node that was taken out because it was idle
  };
  Kind kind{};
  int node = -1;
  int from = -1;
  std::vector<wg::Prefix> add;
  std::vector<wg::Prefix> remove;
  MeshNode state;
};

// "remove 10.1.0.7/32, add 10.1.0.8/32"; "node leaves".
std::string WordsOf(const MeshEvent& event);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MANAGERS_MESH_H_
