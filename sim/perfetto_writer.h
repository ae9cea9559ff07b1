// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// PerfettoWriter: writes a trace that ui.perfetto.dev opens: a stream of TracePackets (protobuf; perfetto.dev, "Writing
// TrackEvent Protos Synthetically"). Tracks form a tree whose roots are processes, siblings in the order in which they
// were added. A track has slices, which nest, and instants; or, if it is a counter, values. Slices that carry the same
// flow number are joined by arrows, in order of time. Timestamps are virtual time in nanoseconds.
//
//   PerfettoWriter writer(&sink);
//   const auto node = writer.AddProcess("node0");
//   const auto core = writer.AddTrack(node, "cpu0");
//   writer.Slice(core, begin, end, {.name = "seal", .flows = tags});
//
// A track appears in the file with its first event: those without events do not appear. Names of events and notes are
// written once each. Memory: the tracks and kMaxTexts names.
#ifndef WGSIM_SIM_PERFETTO_WRITER_H_
#define WGSIM_SIM_PERFETTO_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/byte_sink.h"
#include "sim/time.h"

namespace sim {

class PerfettoWriter {
 public:
  // Number of a track.
  enum class Track : uint32_t { kNone = 0 };

  // What an event says beside its name, "thread: manager". A note without text is its number.
  struct Note {
    absl::string_view name;
    absl::string_view text;
    uint64_t number = 0;
  };
  struct Event {
    absl::string_view name;
    absl::Span<const uint64_t> flows;
    absl::Span<const Note> notes;
  };

  // Texts that are written once; further ones are written wherever they occur.
  static constexpr size_t kMaxTexts = 4096;

  // `sink` outlives the writer.
  explicit PerfettoWriter(ByteSink* sink) : sink_(sink) {}
  PerfettoWriter(const PerfettoWriter&) = delete;
  PerfettoWriter& operator=(const PerfettoWriter&) = delete;

  Track AddProcess(absl::string_view name) { return Add(Kind::kProcess, Track::kNone, name); }
  Track AddTrack(Track parent, absl::string_view name) { return Add(Kind::kSlices, parent, name); }
  // Of things that are counted.
  Track AddCounter(Track parent, absl::string_view name) {
    return Add(Kind::kCounter, parent, name);
  }

  // All: time on one track never goes back (CHECKed); on different tracks it may.
  //
  // REQUIRES: begin <= end.
  void Slice(Track track, Time begin, Time end, const Event& event);
  // A slice whose inner ones come before its end. Every Begin has its End.
  void Begin(Track track, Time time, const Event& event);
  void End(Track track, Time time);
  void Instant(Track track, Time time, const Event& event);
  // REQUIRES: a counter.
  void Count(Track track, Time time, int64_t value);

  // Slices that have begun and not ended.
  int depth(Track track) const { return tracks_[Index(track)].depth; }
  uint64_t bytes() const { return bytes_; }
  uint64_t events() const { return events_; }

 private:
  enum class Kind : uint8_t { kProcess, kSlices, kCounter };
  enum class Type : uint8_t { kBegin = 1, kEnd = 2, kInstant = 3, kCounter = 4 };  // TrackEvent.Type
  struct TrackState {
    Kind kind;
    Track parent;
    std::string name;
    uint32_t rank;          // among its siblings
    uint32_t children = 0;
    bool declared = false;
    int depth = 0;
    Time last = kStart;
  };
  // Texts by number, each kind with numbers of its own (InternedData).
  struct Texts {
    uint32_t field;  // of InternedData
    absl::flat_hash_map<std::string, uint64_t> numbers;
  };

  static size_t Index(Track track) { return static_cast<size_t>(track) - 1; }

  Track Add(Kind kind, Track parent, absl::string_view name);
  void Declare(Track track);
  void Advance(Track track, Time time, Kind kind);
  // Gathers event_ and writes it as a packet.
  void PutEvent(Track track, Time time, Type type, const Event& event);
  void PutNote(const Note& note);
  // The number of `text`; 0 if there is no room for another. New ones go into new_texts_.
  uint64_t NumberOf(Texts* texts, absl::string_view text);
  void WritePacket(Time time);

  ByteSink* const sink_;
  std::vector<TrackState> tracks_;
  uint32_t processes_ = 0;
  Texts event_names_{2, {}};
  Texts note_names_{3, {}};
  Texts note_texts_{29, {}};
  bool begun_ = false;
  uint64_t bytes_ = 0;
  uint64_t events_ = 0;
  // Messages in the making.
  std::string event_, new_texts_, inner_, packet_, out_;
};

}  // namespace sim

#endif  // WGSIM_SIM_PERFETTO_WRITER_H_
