// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/train.h"

#include <utility>

#include "protocol/check.h"
#include "sim/net/drop.h"

namespace net {

wg::Errno SendApart(Fabric* fabric, sim::EntityId place, Packet* train,
                    absl::FunctionRef<wg::Errno(Packet*)> send) {
  CHECK(train->is_train());
  Packet first = train->Like(std::move(train->buffer));
  if (const wg::Errno error = send(&first); error != wg::Errno::kOk) {
    train->buffer = std::move(first.buffer);
    return error;
  }
  Segments more = std::move(train->more);
  for (wg::Buffer& segment : more.buffers()) {
    Packet packet = train->Like(std::move(segment));
    if (&segment == &more.buffers().back()) packet.charge = std::move(train->charge);
    if (const wg::Errno error = send(&packet); error != wg::Errno::kOk) {
      fabric->Kill(&packet, place, DropOf(error));
    }
  }
  return wg::Errno::kOk;
}

}  // namespace net
