// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// InnerPort: the target's interface as its host uses it, one IP packet at a time, whatever the
// host's routes and addresses are.
#ifndef WGSIM_TOOLS_CONFORM_INNER_PORT_H_
#define WGSIM_TOOLS_CONFORM_INNER_PORT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "protocol/errno.h"
#include "protocol/wire_tester.h"
#include "tools/live/fd.h"

namespace conformance {

class InnerPort {
 public:
  // NotFound: there is no such interface.
  static absl::StatusOr<std::unique_ptr<InnerPort>> Open(const std::string& interface);

  // Gives the interface a packet to transmit. kNetDown: it is down. kInval: the host's stack does
  // not take it.
  wg::Errno Send(const wg::WireBytes& packet);
  // The next packet that has come out of the interface; nothing: none waits.
  absl::optional<wg::WireBytes> Take();

  int fd() const { return fd_.get(); }

 private:
  InnerPort(live::Fd fd, int ifindex) : fd_(std::move(fd)), ifindex_(ifindex) {}

  const live::Fd fd_;
  const int ifindex_;
};

}  // namespace conformance

#endif  // WGSIM_TOOLS_CONFORM_INNER_PORT_H_
