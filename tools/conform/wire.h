// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Wire: the network outside of a target: an interface behind which every address lies. What its
// host sends to anybody can be read here, and datagrams may come from any address and port, with
// any mark. Its host has the first and second addresses of target.h.
#ifndef WGSIM_TOOLS_CONFORM_WIRE_H_
#define WGSIM_TOOLS_CONFORM_WIRE_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "protocol/buffer.h"
#include "protocol/ip.h"
#include "protocol/wire_tester.h"
#include "tools/live/tun.h"

namespace conformance {

class Wire {
 public:
  // Makes the interface and the routes. REQUIRES: a network namespace of one's own.
  static absl::StatusOr<std::unique_ptr<Wire>> Create();

  // A UDP datagram reaches the host's `port` at its first or second address. It is in the socket's
  // queue on return, if there is a socket.
  void Send(const wg::WireBytes& payload, const wg::Endpoint& from, uint16_t port, uint8_t ds,
            bool second = false);
  // The host's second addresses go.
  absl::Status RemoveSecond();
  // The next UDP datagram that the host has sent, `at` not set; nothing: none waits. What is not
  // UDP is passed over.
  absl::optional<wg::WireOut> Take();

  int fd() const { return tun_->fd(); }

 private:
  explicit Wire(std::unique_ptr<live::Tun> tun) : tun_(std::move(tun)) {}

  wg::BufferPool pool_;
  const std::unique_ptr<live::Tun> tun_;
};

}  // namespace conformance

#endif  // WGSIM_TOOLS_CONFORM_WIRE_H_
