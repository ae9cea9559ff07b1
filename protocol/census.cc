// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/census.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace wg {

std::string CensusText(const DeviceCensus& census) {
  const std::pair<const char*, uint64_t> kRows[] = {
      {"peers", census.peers},           {"peer slots", census.peer_slots},
      {"peer ids", census.peer_ids},     {"public keys", census.public_keys},
      {"keypairs", census.keypairs},     {"indices", census.indices},
      {"trie nodes", census.trie_nodes}, {"prefixes", census.prefixes},
      {"timers", census.timers},         {"tx packets", census.tx_packets},
      {"staged", census.staged},         {"bundles", census.bundles},
      {"queued rx", census.queued_rx},   {"handshakes in", census.handshakes_in},
  };
  std::string text;
  for (const auto& [name, count] : kRows) {
    if (count != 0) absl::StrAppend(&text, text.empty() ? "" : ", ", name, " ", count);
  }
  return text;
}

}  // namespace wg
