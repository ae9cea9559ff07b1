// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Tun: the interface through which the host's stack hands IP packets to this process and takes them from it
// (/dev/net/tun, IFF_TUN without packet information). It exists as long as the object does. Never waits.
#ifndef WGSIM_TOOLS_LIVE_TUN_H_
#define WGSIM_TOOLS_LIVE_TUN_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "tools/live/fd.h"

namespace live {

class Tun {
 public:
  // The largest packet that a TUN interface passes.
  static constexpr size_t kLargestPacket = 65535;

  // Makes the interface, down, with WireGuard's MTU of 1420. NotFound: there is no /dev/net/tun. PermissionDenied: may not.
  // AlreadyExists: the name is in use. InvalidArgument: it is no name.
  static absl::StatusOr<std::unique_ptr<Tun>> Create(const std::string& name);

  const std::string& name() const { return name_; }
  uint32_t ifindex() const { return ifindex_; }
  int fd() const { return fd_.get(); }

  enum class Got {
    kPacket,
    kNothing,  // for now
    kGone,     // somebody removed the interface
  };
  // The next packet from the host's stack.
  Got Read(wg::BufferPool* pool, wg::Buffer* packet);
  // False if the host's stack did not take it: the interface is down, or the packet is none.
  bool Write(absl::Span<const uint8_t> packet);

 private:
  Tun(std::string name, uint32_t ifindex, Fd fd);

  const std::string name_;
  const uint32_t ifindex_;
  const Fd fd_;
  const std::unique_ptr<uint8_t[]> scratch_;  // kLargestPacket bytes
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_TUN_H_
