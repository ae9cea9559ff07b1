// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Tun: the interface through which the host's stack hands IP packets to this process and takes them from it
// (/dev/net/tun, IFF_TUN without packet information). It exists as long as the object does. Never waits.
//
// With super-packets (IFF_VNET_HDR, TUNSETOFFLOAD) one system call takes or hands over up to 64 KiB of a flow: the host's
// stack leaves cutting, joining and checksums to this process. Whoever uses it sees single packets all the same.
#ifndef WGSIM_TOOLS_LIVE_TUN_H_
#define WGSIM_TOOLS_LIVE_TUN_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "tools/live/fd.h"
#include "tools/live/packet_joiner.h"
#include "tools/live/virtio_header.h"

namespace live {

class Tun {
 public:
  // The largest packet that a TUN interface passes.
  static constexpr size_t kLargestPacket = 65535;
  // What is read at once: a super-packet (GSO_LEGACY_MAX_SIZE) and its header.
  static constexpr size_t kScratch = 65536 + sizeof(VirtioHeader);

  // What is used of the kernel's offloads. Each needs those before it.
  enum class Offload {
    kNone,    // packet by packet
    kHeader,  // there is a VirtioHeader, but nothing is left to this process
    kTcp,     // TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6
    kUdp,     // TUN_F_USO4, TUN_F_USO6: Linux 6.2
  };

  // Makes the interface, down, with WireGuard's MTU of 1420. As many offloads are used as the kernel has, at most `offload`;
  // not kHeader. NotFound: there is no /dev/net/tun. PermissionDenied: may not. AlreadyExists: the name is in use.
  // InvalidArgument: it is no name.
  static absl::StatusOr<std::unique_ptr<Tun>> Create(const std::string& name,
                                                     Offload offload = Offload::kNone);

  const std::string& name() const { return name_; }
  uint32_t ifindex() const { return ifindex_; }
  int fd() const { return fd_.get(); }

  enum class Got {
    kPacket,
    kNothing,  // for now
    kGone,     // somebody removed the interface
  };
  // The next packet from the host's stack. REQUIRES: no offloads.
  Got Read(wg::BufferPool* pool, wg::Buffer* packet);
  // Appends the next packet, or those that a super-packet stands for, which are all for one address. None: it was one that
  // the kernel does not make, and is gone.
  Got Read(wg::BufferPool* pool, std::vector<wg::Buffer>* packets);
  // False if the host's stack did not take it: the interface is down, or the packet is none.
  bool Write(absl::Span<const uint8_t> packet);
  // Hands it over with the next Flush(), joined with others of its flow. The bytes stay until then and may be changed.
  void WriteLater(absl::Span<uint8_t> packet) { joiner_.Add(packet); }
  void Flush();

  Offload offload() const { return offload_; }

 private:
  Tun(std::string name, uint32_t ifindex, Fd fd, Offload offload);

  // Any number of bytes into scratch_; negative: Got is kNothing or kGone.
  ssize_t ReadRaw(Got* got);
  // Most parts of what is written at once.
  static constexpr size_t kMostParts = PacketJoiner::kMostPackets;
  bool WriteParts(VirtioHeader header, const absl::Span<const uint8_t>* parts, size_t count);

  const std::string name_;
  const uint32_t ifindex_;
  const Fd fd_;
  const Offload offload_;
  const std::unique_ptr<uint8_t[]> scratch_;  // kScratch bytes
  PacketJoiner joiner_;
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_TUN_H_
