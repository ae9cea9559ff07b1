// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// DeviceCensus: how many of everything with a lifetime a device has, for leak accounts. Sources of
// the rate limiter are not in it: they belong to the machine and end by themselves.
//
// Requirements: DEV-018.
#ifndef WGSIM_PROTOCOL_CENSUS_H_
#define WGSIM_PROTOCOL_CENSUS_H_

#include <cstdint>
#include <string>

namespace wg {

struct DeviceCensus {
  uint64_t peers = 0;        // created and not destroyed
  uint64_t peer_slots = 0;   // in use
  uint64_t peer_ids = 0;     // in the table by number
  uint64_t public_keys = 0;  // in the table of those that initiations may reach
  uint64_t keypairs = 0;
  uint64_t indices = 0;     // in the index table: handshakes and keypairs
  uint64_t trie_nodes = 0;  // of both families
  uint64_t prefixes = 0;
  uint64_t timers = 0;      // pending
  uint64_t tx_packets = 0;  // staged or in a bundle
  uint64_t staged = 0;
  uint64_t bundles = 0;
  uint64_t queued_rx = 0;
  uint64_t handshakes_in = 0;

  friend bool operator==(const DeviceCensus&, const DeviceCensus&) = default;
};

// What is there, "peers 2, keypairs 1"; "" if nothing is.
std::string CensusText(const DeviceCensus& census);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_CENSUS_H_
