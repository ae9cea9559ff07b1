// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// InterfaceWatch: what the host's administrator does to one interface: up, down, MTU, removal (rtnetlink(7)). Never waits.
#ifndef WGSIM_TOOLS_LIVE_INTERFACE_WATCH_H_
#define WGSIM_TOOLS_LIVE_INTERFACE_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "tools/live/fd.h"

namespace live {

struct InterfaceState {
  bool up = false;
  bool gone = false;
  uint32_t mtu = 0;
};

class InterfaceWatch {
 public:
  // Of the interface with this number, which is there; its state is known at once.
  static absl::StatusOr<std::unique_ptr<InterfaceWatch>> Create(uint32_t ifindex);

  int fd() const { return fd_.get(); }
  // As of the last Update().
  const InterfaceState& state() const { return state_; }
  // Reads what has come.
  void Update();

 private:
  InterfaceWatch(uint32_t ifindex, Fd fd) : ifindex_(ifindex), fd_(std::move(fd)) {}
  bool Ask();
  void Take(const char* bytes, size_t size);

  const uint32_t ifindex_;
  const Fd fd_;
  InterfaceState state_;
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_INTERFACE_WATCH_H_
