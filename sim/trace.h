// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Trace: the append-only record of everything that was done in a run, folded into one 64-bit hash.
// It is the thing two runs must agree on: same seed, same scenario => same hash, on every machine
// and with every compiler.
//
// What goes in: every executed event (the event loop does this) and every act another module finds
// worth telling (a drop, a configuration step). An act is (time, kind, entity, a, b): integers
// only, never a pointer, never anything read from a hash map's order or from the machine.
//
// Entities and kinds are small numbers handed out in order of registration, with names for people.
// Register during construction, in an order that depends only on the scenario. Names go into the
// hash too: two runs that built different things do not agree by accident.
//
// To find where two runs part: FirstDifference(a.checkpoints(), b.checkpoints()) gives a range of
// act numbers; run both again with SetWindow(range) and compare the printed lines.
//
// Always on: a few nanoseconds per act, no allocation per act. Not thread-safe; one Trace per
// simulation.
#ifndef WGSIM_SIM_TRACE_H_
#define WGSIM_SIM_TRACE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "sim/mix.h"
#include "sim/time.h"

namespace sim {

// Stable number of a thing that acts. Value, ordered by registration. 0 is "the simulation itself".
enum class EntityId : uint32_t { kSimulation = 0 };

// Stable number of a kind of act. 0 is an executed event: a = the event's arg.
enum class ActKind : uint32_t { kEvent = 0 };

// Receives the lines of the window. No newline at the end of a line.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void OnLine(absl::string_view line) = 0;
};

// Hears every act as it is recorded, events included, before anything of it happens. It only looks: with or without one
// the trace is the same.
class ActListener {
 public:
  virtual ~ActListener() = default;
  virtual void OnAct(Time time, ActKind kind, EntityId entity, uint64_t a, uint64_t b) = 0;
};

// Hashes after act 0, stride, 2*stride, ...: hashes[i] is the hash when i*stride acts had been
// recorded. hashes[0] covers the registrations made before the first act. `acts` and `hash` are the
// state at the end.
struct Checkpoints {
  uint64_t stride = 0;
  std::vector<uint64_t> hashes;
  uint64_t acts = 0;
  uint64_t hash = 0;
};

// Act numbers [from, to): the first act that differs is inside.
struct ActRange {
  uint64_t from = 0;
  uint64_t to = 0;
};

class Trace {
 public:
  // The finest distance of checkpoints, and how many are kept: when the table is full every other
  // one is dropped and the distance doubles, so memory is bounded whatever the length of the run.
  static constexpr uint64_t kFirstStride = 1024;
  static constexpr size_t kMaxCheckpoints = 4096;
  // More would mean that entities are made per packet.
  static constexpr size_t kMaxEntities = size_t{1} << 24;
  static constexpr size_t kMaxKinds = size_t{1} << 12;

  Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  // Gives `name` the next number. Names need not be unique, but a reader will wish they were.
  EntityId RegisterEntity(absl::string_view name);
  // Gives `name` the next number; registering the same name again returns the same number, so every
  // object of a class may register its kinds.
  ActKind RegisterKind(absl::string_view name);

  // Appends one act. REQUIRES: kind and entity were registered here.
  void Record(Time time, ActKind kind, EntityId entity, uint64_t a = 0, uint64_t b = 0) {
    if (__builtin_expect(acts_ == attention_, 0)) Attend(time, kind, entity, a, b);
    ++acts_;
    const uint64_t what = (static_cast<uint64_t>(kind) << 32) | static_cast<uint64_t>(entity);
    const uint64_t when = static_cast<uint64_t>(time.time_since_epoch().count());
    hash_ = MultiplyFold(hash_ ^ when, what ^ kMixA) ^ MultiplyFold(a ^ kMixB, b ^ kMixC);
  }

  uint64_t hash() const { return hash_; }
  uint64_t acts() const { return acts_; }

  // Prints the acts numbered [range.from, range.to) to `sink` from now on, each as
  //   "#<act> <time in ns> <kind> <entity> a=<a> b=<b>"
  // (a and b decimal). `sink` must outlive the run or the next SetWindow; nullptr turns printing
  // off. REQUIRES: range.from >= acts().
  void SetWindow(ActRange range, TraceSink* sink);

  // `listener` hears every act from now on; nullptr: nobody does. Outlives its use.
  void set_listener(ActListener* listener) {
    listener_ = listener;
    UpdateAttention(acts_);
  }

  // A copy of the checkpoints so far.
  Checkpoints checkpoints() const;

  absl::string_view entity_name(EntityId entity) const;
  absl::string_view kind_name(ActKind kind) const;

 private:
  // Out of the hot path: takes a checkpoint, prints and tells the listener, then sets attention_ to
  // the next act that needs any of that.
  void Attend(Time time, ActKind kind, EntityId entity, uint64_t a, uint64_t b);
  void FoldName(uint64_t domain, absl::string_view name);
  // REQUIRES: `next` is the number of the act that comes next.
  void UpdateAttention(uint64_t next) {
    attention_ = listener_ != nullptr ? next : std::min(next_checkpoint_, next_line_);
  }

  uint64_t hash_;
  uint64_t acts_ = 0;
  // Attend is called before this act: the minimum of the two below, the next one with a listener.
  uint64_t attention_ = 0;
  uint64_t next_checkpoint_ = 0;
  uint64_t next_line_ = std::numeric_limits<uint64_t>::max();

  uint64_t stride_ = kFirstStride;
  std::vector<uint64_t> hashes_;
  ActRange window_;
  TraceSink* sink_ = nullptr;
  ActListener* listener_ = nullptr;
  std::vector<std::string> entities_;
  std::vector<std::string> kinds_;
};

// Where two runs part: the smallest range that the checkpoints can show, with `from` the last act
// number at which both still agreed. nullopt if the runs are equal. Strides may differ. When one
// run is a prefix of the other, the range begins at the last common checkpoint.
absl::optional<ActRange> FirstDifference(const Checkpoints& a, const Checkpoints& b);

}  // namespace sim

#endif  // WGSIM_SIM_TRACE_H_
