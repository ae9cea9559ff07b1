// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// UdpPort: the two UDP sockets of a WireGuard interface, IPv4 and IPv6, on one port. Many datagrams for each system call
// (recvmmsg, sendmmsg), several of a flow in one message where the kernel puts them together or cuts them (UDP_GRO,
// UDP_SEGMENT). Each datagram has the source, mark and DS byte that it is to have. Never waits.
#ifndef WGSIM_TOOLS_LIVE_UDP_PORT_H_
#define WGSIM_TOOLS_LIVE_UDP_PORT_H_

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/effects.h"
#include "tools/live/fd.h"

namespace live {

class UdpPort {
 public:
  // Messages taken or given in one system call.
  static constexpr size_t kBatch = 32;
  // Segments of one message (UDP_MAX_SEGMENTS before Linux 6.9), and their bytes.
  static constexpr size_t kMostSegments = 64;
  static constexpr size_t kMostBytes = 65000;

  // 0: any port that is free in both families. A machine without IPv6 has the other one alone. AlreadyExists: in use;
  // PermissionDenied; Unavailable. offload: UDP_GRO and UDP_SEGMENT are used.
  static absl::StatusOr<std::unique_ptr<UdpPort>> Bind(uint16_t port, bool offload = true);

  ~UdpPort();

  uint16_t port() const { return port_; }
  void AppendTo(std::vector<pollfd>* fds) const;

  // SO_MARK of all that is sent from now on; 0: none. False if that is not permitted.
  bool SetMark(uint32_t mark);

  // Appends what is there, at most kBatch messages of each family. False if there may be more. A socket that `polled` says
  // is not ready is not asked.
  bool Receive(absl::Span<const pollfd> polled, wg::BufferPool* pool, std::vector<wg::Datagram>* out);

  struct Sent {
    wg::SendOutcome outcome;
    bool source_forgotten;  // `local` is no address of this machine any more: another one was used
  };
  // Sends them in their order, one Sent for each to *sent.
  void Send(absl::Span<const wg::Datagram> datagrams, std::vector<Sent>* sent);

 private:
  struct Batch;  // of received messages
  struct Outgoing;
  struct OutgoingBatch;

  UdpPort(Fd v4, Fd v6, uint16_t port, bool offload);
  int FdFor(const wg::Datagram& datagram) const;
  bool ReceiveFrom(int fd, wg::BufferPool* pool, std::vector<wg::Datagram>* out);
  // How many datagrams from the first leave in one message.
  size_t LengthOfRun(absl::Span<const wg::Datagram> datagrams) const;
  // Makes messages of the first of them, for one socket, in outgoing_. Returns how many; 0: the first has nowhere to go.
  size_t Gather(absl::Span<const wg::Datagram> datagrams);
  // Sends what one message holds, without its source or datagram by datagram if it cannot be otherwise.
  void SendRun(absl::Span<const wg::Datagram> run, std::vector<Sent>* sent);
  // Sends it as one message.
  Sent SendOne(absl::Span<const wg::Datagram> run);

  const Fd v4_;
  const Fd v6_;
  const uint16_t port_;
  bool segments_;  // until the kernel refuses them
  const std::unique_ptr<Batch> batch_;
  const std::unique_ptr<OutgoingBatch> outgoing_;
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_UDP_PORT_H_
