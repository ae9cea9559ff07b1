// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// InlineDriver: the driver without cores. Work is done at once, first in first out, in rings that
// are never full: what a machine with one idle CPU would do in no time. For tests, conformance
// scripts and the live backend.
//
//   device.Receive(now, std::move(datagram), &fx);  // or any other verb
//   driver.Settle(now, &fx);                        // no work is left
//   ... send fx.datagrams, tell the device, take fx.inner, look at fx.dropped; fx.Clear() ...
#ifndef WGSIM_PROTOCOL_INLINE_DRIVER_H_
#define WGSIM_PROTOCOL_INLINE_DRIVER_H_

#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/time.h"

namespace wg {

class InlineDriver {
 public:
  // `device` outlives the driver and has no other.
  explicit InlineDriver(Device* device) : device_(device) {}

  // Does all work in *fx and all that comes of it; the other lists of *fx grow accordingly. Ends,
  // because no work leads to more than a bounded amount of further work at the same instant.
  void Settle(Now now, Effects* fx);

 private:
  Device* device_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_INLINE_DRIVER_H_
