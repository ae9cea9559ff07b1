// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Fabric: what all parts of one simulated network share: the loop, the buffers, the sink for dead
// packets, and the kinds of acts that they record in the trace. Made first and destroyed last.
#ifndef WGSIM_SIM_NET_FABRIC_H_
#define WGSIM_SIM_NET_FABRIC_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "protocol/errno.h"
#include "sim/event_loop.h"
#include "sim/net/drop.h"
#include "sim/net/packet.h"
#include "sim/net/segments.h"
#include "sim/net/send_account.h"
#include "sim/net/tap.h"
#include "sim/trace.h"

namespace net {

// Acts of packets. In the trace: a = bytes (kDrop: the reason), b = tag.
enum class PacketAct : uint8_t { kSend, kEnqueue, kForward, kDeliver, kDrop };
inline constexpr int kActs = 5;

// Hears which packets the act under way works on, by their tags, where no act of the trace says so (sealing, opening,
// receiving). It only looks.
class WorkObserver {
 public:
  virtual ~WorkObserver() = default;
  virtual void OnWork(uint64_t tag) = 0;
  // An interface did not take this packet; the sender is told.
  virtual void OnRefusal(sim::EntityId place, wg::Errno error, uint64_t tag) = 0;
};

class Fabric {
 public:
  // All outlive the fabric. `sink` may be nullptr: deaths are only traced.
  Fabric(sim::EventLoop* loop, wg::BufferPool* pool, DropSink* sink);
  Fabric(const Fabric&) = delete;
  Fabric& operator=(const Fabric&) = delete;

  sim::EventLoop* loop() const { return loop_; }
  wg::BufferPool* pool() const { return pool_; }
  SegmentPool* segments() { return &segments_; }
  sim::Time now() const { return loop_->now(); }
  void set_sink(DropSink* sink) { sink_ = sink; }
  // Sees every packet from now on; nullptr: nobody does. Outlives its use.
  void set_tap(Tap* tap) { tap_ = tap; }
  Tap* tap() const { return tap_; }
  // Hears of all work from now on; nullptr: nobody does. Outlives its use.
  void set_work_observer(WorkObserver* observer) { work_observer_ = observer; }
  WorkObserver* work_observer() const { return work_observer_; }
  // Shows the packet to the tap, if there is one, as it would be on the wire: a train in its
  // segments.
  void Show(sim::EntityId place, Tap::Way way, const Packet& packet,
            absl::string_view comment = {}) {
    if (tap_ != nullptr) ShowTo(tap_, place, way, packet, comment);
  }

  sim::EntityId Register(absl::string_view name) { return loop_->trace()->RegisterEntity(name); }
  sim::ActKind kind(PacketAct act) const { return kinds_[static_cast<int>(act)]; }
  void Record(PacketAct act, sim::EntityId place, uint64_t a, uint64_t tag) {
    loop_->trace()->Record(now(), kinds_[static_cast<int>(act)], place, a, tag);
  }
  // A train's segments, each.
  void Record(PacketAct act, sim::EntityId place, const Packet& packet) {
    Record(act, place, packet.size(), packet.tag());
    if (packet.is_train()) RecordMore(act, place, packet);
  }

  // The packet dies here: recorded, reported, freed; a train's segments one after the other.
  // REQUIRES: packet->buffer.
  void Kill(Packet* packet, sim::EntityId place, Drop why);
  // There is one packet more with this tag.
  void Copied(const Packet& copy, sim::EntityId place);
  uint64_t killed(Drop why) const { return killed_[static_cast<int>(why)]; }

  // An account that lives as long as the fabric.
  SendAccount* NewSendAccount(sim::EntityId entity);

 private:
  void ShowTo(Tap* tap, sim::EntityId place, Tap::Way way, const Packet& packet,
              absl::string_view comment);

  void RecordMore(PacketAct act, sim::EntityId place, const Packet& train);
  void KillOne(Packet* packet, sim::EntityId place, Drop why);

  sim::EventLoop* const loop_;
  wg::BufferPool* const pool_;
  SegmentPool segments_;
  DropSink* sink_;
  Tap* tap_ = nullptr;
  WorkObserver* work_observer_ = nullptr;
  sim::ActKind kinds_[kActs];
  uint64_t killed_[kDrops] = {};
  std::vector<std::unique_ptr<SendAccount>> accounts_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_FABRIC_H_
