// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// DumpReader: a program's side of GET_DEVICE. It takes the datagrams of an answer as they come and
// puts the device together: adjacent entries with the same key are one peer (wg(8)'s
// coalesce_peers). An answer that the kernel marked as interrupted is worth nothing; wg(8) asks
// again, as often as it takes (spec/data section 2.9).
//
//   DumpReader reader(sequence);
//   while (reader.state() == DumpReader::State::kMore) reader.Feed(receive());
//   kInterrupted: reader = DumpReader(next_sequence), and send the request again.
//
// It is forgiving where kernels may grow: unknown attributes are skipped. What is malformed fails.
//
// Requirements: WG8-019.
#ifndef WGSIM_PROTOCOL_NETLINK_DUMP_READER_H_
#define WGSIM_PROTOCOL_NETLINK_DUMP_READER_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "protocol/config.h"
#include "protocol/errno.h"
#include "protocol/netlink/attribute.h"
#include "protocol/netlink/message.h"

namespace wg::netlink {

class DumpReader {
 public:
  enum class State : uint8_t { kMore, kDone, kInterrupted, kFailed };

  // Messages with another sequence number answer somebody else and are skipped.
  explicit DumpReader(uint32_t sequence) : sequence_(sequence) {}

  // One datagram. Nothing happens once the state is not kMore any more.
  State Feed(absl::Span<const uint8_t> datagram);

  State state() const { return state_; }
  // kFailed: what the kernel answered, or EINVAL for what is no answer.
  Errno error() const { return error_; }

  // kDone: all there is to know.
  const GetDevice& device() const { return device_; }
  uint32_t ifindex() const { return ifindex_; }
  const std::string& ifname() const { return ifname_; }

 private:
  // False if malformed.
  bool Take(const Message& message);
  bool TakeDevice(absl::Span<const uint8_t> attributes);
  bool TakePeers(absl::Span<const uint8_t> entries);
  State Fail(Errno error);

  uint32_t sequence_;
  State state_ = State::kMore;
  Errno error_ = Errno::kOk;
  GetDevice device_;
  uint32_t ifindex_ = 0;
  std::string ifname_;
};

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_DUMP_READER_H_
