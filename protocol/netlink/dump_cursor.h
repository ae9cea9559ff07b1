// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// DumpCursor: the kernel's side of GET_DEVICE. Each call makes one datagram of bounded size from
// the device as it is at that instant; between two calls the device may change in any way, which is
// what this is about (netlink.c: wg_get_device_dump, get_peer; spec/data section 2.9).
//
// A list of allowed ips that does not fit is closed where it is full, and the next message repeats
// the peer with only its key and the entries that follow. What the kernel remembers from message to
// message is the last peer that was completed, the next entry, and the number of the table's change
// at which that entry was valid:
//
//   the device's own attributes are repeated until the first peer is complete
//   the table has changed: the rest of the split peer's list is left out
//   the completed peer is gone: the dump ends as if there were no more peers
//   any SET_DEVICE since the message before: the message is marked NLM_F_DUMP_INTR
//
// One consequence is kept as it is in the kernel: if the peer that was split is gone, the peer in
// its place is taken for its continuation, and only its key is reported. The mark is set then.
//
// Requirements: NL-045 to 050.
#ifndef WGSIM_PROTOCOL_NETLINK_DUMP_CURSOR_H_
#define WGSIM_PROTOCOL_NETLINK_DUMP_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "protocol/allowedips.h"
#include "protocol/device.h"
#include "protocol/device_state.h"
#include "protocol/errno.h"
#include "protocol/netlink/attribute.h"
#include "protocol/netlink/message.h"
#include "protocol/peer.h"
#include "protocol/peer_id.h"

namespace wg::netlink {

// The kernel's first message has what remains of a page behind its own bookkeeping; later ones are
// as long as the buffer that the program reads with, up to 32 KiB (netlink_dump).
inline constexpr size_t kDumpBytes = 3776;
// A message of this size takes the device's attributes, a peer's, and one allowed ip at least.
inline constexpr size_t kMinDumpBytes = 512;

class DumpCursor {
 public:
  struct Options {
    uint32_t sequence = 0;  // of the request
    uint32_t port = 0;
    uint32_t ifindex = 0;
    std::string ifname;  // at most 15 characters
  };
  explicit DumpCursor(Options options) : options_(std::move(options)) {}

  // Whether the message of type NLMSG_DONE has been made.
  bool done() const { return done_; }

  // The next datagram: one message, and behind the last one NLMSG_DONE, if it fits; else that is
  // the next datagram. REQUIRES: !done(); kMinDumpBytes <= max_bytes <= kMaxMessageBytes; no
  // ConfigSession between its first and its last step on the device, which the kernel's locks see
  // to; the same device in every call.
  std::vector<uint8_t> Next(const Device& device, size_t max_bytes);

 private:
  bool PutDevice(const Device::State& device, AttributeWriter* writer) const;
  // The peers that follow; true if that was all of them.
  bool PutPeers(const Device::State& device, AttributeWriter* writer);
  // False if there was no room for all of it.
  bool PutPeer(const Device::State& device, const Peer& peer, AttributeWriter* writer);
  bool PutSettings(const Peer& peer, AttributeWriter* writer) const;
  void PutDone(std::vector<uint8_t>* datagram);

  const Options options_;
  PeerId completed_ = PeerId::kNone;
  AllowedIps::Entry next_entry_ = AllowedIps::Entry::kEnd;  // not kEnd: its peer is split
  uint64_t table_seq_ = 0;                                  // 0: no list has been begun
  uint32_t generation_ = 0;  // of the message before; 0: there was none
  bool all_peers_ = false;   // only NLMSG_DONE is to come
  bool done_ = false;
};

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_DUMP_CURSOR_H_
