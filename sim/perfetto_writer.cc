// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/perfetto_writer.h"

#include "protocol/check.h"

namespace sim {
namespace {

// ---- Protobuf's wire format ----

constexpr uint32_t kVarint = 0, kFixed64 = 1, kLengthDelimited = 2;

void PutVarint(std::string* out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

void PutNumber(std::string* out, uint32_t field, uint64_t value) {
  PutVarint(out, field << 3 | kVarint);
  PutVarint(out, value);
}

void PutFixed(std::string* out, uint32_t field, uint64_t value) {
  PutVarint(out, field << 3 | kFixed64);
  for (int shift = 0; shift < 64; shift += 8) out->push_back(static_cast<char>(value >> shift));
}

void PutBytes(std::string* out, uint32_t field, absl::string_view bytes) {
  PutVarint(out, field << 3 | kLengthDelimited);
  PutVarint(out, bytes.size());
  out->append(bytes.data(), bytes.size());
}

// ---- Fields of Perfetto's messages that are written here ----

constexpr uint32_t kTracePacket = 1;  // Trace
namespace packet {
constexpr uint32_t kTimestamp = 8, kSequence = 10, kTrackEvent = 11, kInternedData = 12,
                   kSequenceFlags = 13, kTrackDescriptor = 60;
constexpr uint64_t kStateCleared = 1, kNeedsState = 2;  // SequenceFlags
constexpr uint64_t kTheSequence = 1;
}  // namespace packet
namespace descriptor {
constexpr uint32_t kUuid = 1, kName = 2, kProcess = 3, kParent = 5, kCounter = 8,
                   kChildOrdering = 11, kSiblingRank = 12;
constexpr uint64_t kExplicit = 3;  // ChildTracksOrdering
constexpr uint32_t kPid = 1, kProcessName = 6;  // ProcessDescriptor
constexpr uint32_t kUnit = 3;                   // CounterDescriptor
constexpr uint64_t kCount = 2;                  // Unit
}  // namespace descriptor
namespace track_event {
constexpr uint32_t kNote = 4, kType = 9, kNameNumber = 10, kTrack = 11, kName = 23,
                   kCounterValue = 30, kFlow = 47;
}  // namespace track_event
namespace note {  // DebugAnnotation
constexpr uint32_t kNameNumber = 1, kUint = 3, kString = 6, kName = 10, kStringNumber = 17;
}  // namespace note
namespace text {  // EventName, DebugAnnotationName, InternedString
constexpr uint32_t kNumber = 1, kText = 2;
}  // namespace text

}  // namespace

PerfettoWriter::Track PerfettoWriter::Add(Kind kind, Track parent, absl::string_view name) {
  const uint32_t rank = parent == Track::kNone ? processes_++ : tracks_[Index(parent)].children++;
  tracks_.push_back(
      {.kind = kind, .parent = parent, .name = std::string(name), .rank = rank});
  return static_cast<Track>(tracks_.size());
}

void PerfettoWriter::Declare(Track track) {
  TrackState& state = tracks_[Index(track)];
  if (state.declared) return;
  state.declared = true;
  if (state.parent != Track::kNone) Declare(state.parent);
  inner_.clear();
  PutNumber(&inner_, descriptor::kUuid, static_cast<uint64_t>(track));
  PutBytes(&inner_, descriptor::kName, state.name);
  if (state.parent != Track::kNone) {
    PutNumber(&inner_, descriptor::kParent, static_cast<uint64_t>(state.parent));
    PutNumber(&inner_, descriptor::kSiblingRank, state.rank);
  }
  std::string more;
  if (state.kind == Kind::kProcess) {
    PutNumber(&more, descriptor::kPid, state.rank + 1);
    PutBytes(&more, descriptor::kProcessName, state.name);
    PutBytes(&inner_, descriptor::kProcess, more);
  }
  if (state.kind == Kind::kCounter) {
    PutNumber(&more, descriptor::kUnit, descriptor::kCount);
    PutBytes(&inner_, descriptor::kCounter, more);
  } else {
    PutNumber(&inner_, descriptor::kChildOrdering, descriptor::kExplicit);
  }
  packet_.clear();
  PutNumber(&packet_, packet::kSequence, packet::kTheSequence);
  PutBytes(&packet_, packet::kTrackDescriptor, inner_);
  out_.clear();
  PutBytes(&out_, kTracePacket, packet_);
  bytes_ += out_.size();
  sink_->Write(out_);
}

void PerfettoWriter::Advance(Track track, Time time, Kind kind) {
  TrackState& state = tracks_[Index(track)];
  CHECK(state.kind == kind);
  CHECK_GE(time, state.last);
  state.last = time;
  if (!state.declared) Declare(track);
}

void PerfettoWriter::Slice(Track track, Time begin, Time end, const Event& event) {
  Begin(track, begin, event);
  End(track, end);
}

void PerfettoWriter::Begin(Track track, Time time, const Event& event) {
  Advance(track, time, Kind::kSlices);
  ++tracks_[Index(track)].depth;
  PutEvent(track, time, Type::kBegin, event);
}

void PerfettoWriter::End(Track track, Time time) {
  Advance(track, time, Kind::kSlices);
  CHECK_GT(tracks_[Index(track)].depth--, 0);
  PutEvent(track, time, Type::kEnd, {});
}

void PerfettoWriter::Instant(Track track, Time time, const Event& event) {
  Advance(track, time, Kind::kSlices);
  PutEvent(track, time, Type::kInstant, event);
}

void PerfettoWriter::Count(Track track, Time time, int64_t value) {
  Advance(track, time, Kind::kCounter);
  event_.clear();
  PutNumber(&event_, track_event::kType, static_cast<uint64_t>(Type::kCounter));
  PutNumber(&event_, track_event::kTrack, static_cast<uint64_t>(track));
  PutNumber(&event_, track_event::kCounterValue, static_cast<uint64_t>(value));
  WritePacket(time);
}

void PerfettoWriter::PutEvent(Track track, Time time, Type type, const Event& event) {
  event_.clear();
  PutNumber(&event_, track_event::kType, static_cast<uint64_t>(type));
  PutNumber(&event_, track_event::kTrack, static_cast<uint64_t>(track));
  if (!event.name.empty()) {
    if (const uint64_t number = NumberOf(&event_names_, event.name); number != 0) {
      PutNumber(&event_, track_event::kNameNumber, number);
    } else {
      PutBytes(&event_, track_event::kName, event.name);
    }
  }
  for (const uint64_t flow : event.flows) PutFixed(&event_, track_event::kFlow, flow);
  for (const Note& note : event.notes) PutNote(note);
  WritePacket(time);
}

void PerfettoWriter::PutNote(const Note& note) {
  const uint64_t name = NumberOf(&note_names_, note.name);
  const uint64_t text = note.text.empty() ? 0 : NumberOf(&note_texts_, note.text);
  inner_.clear();
  if (name != 0) {
    PutNumber(&inner_, note::kNameNumber, name);
  } else {
    PutBytes(&inner_, note::kName, note.name);
  }
  if (note.text.empty()) {
    PutNumber(&inner_, note::kUint, note.number);
  } else if (text != 0) {
    PutNumber(&inner_, note::kStringNumber, text);
  } else {
    PutBytes(&inner_, note::kString, note.text);
  }
  PutBytes(&event_, track_event::kNote, inner_);
}

uint64_t PerfettoWriter::NumberOf(Texts* texts, absl::string_view text) {
  const auto known = texts->numbers.find(text);
  if (known != texts->numbers.end()) return known->second;
  if (texts->numbers.size() == kMaxTexts) return 0;
  const uint64_t number = texts->numbers.size() + 1;  // 0 is no number
  texts->numbers.emplace(text, number);
  inner_.clear();
  PutNumber(&inner_, text::kNumber, number);
  PutBytes(&inner_, text::kText, text);
  PutBytes(&new_texts_, texts->field, inner_);
  return number;
}

void PerfettoWriter::WritePacket(Time time) {
  packet_.clear();
  PutNumber(&packet_, packet::kTimestamp,
            static_cast<uint64_t>(time.time_since_epoch().count()));
  PutNumber(&packet_, packet::kSequence, packet::kTheSequence);
  PutNumber(&packet_, packet::kSequenceFlags,
            packet::kNeedsState | (begun_ ? 0 : packet::kStateCleared));
  begun_ = true;
  if (!new_texts_.empty()) {
    PutBytes(&packet_, packet::kInternedData, new_texts_);
    new_texts_.clear();
  }
  PutBytes(&packet_, packet::kTrackEvent, event_);
  out_.clear();
  PutBytes(&out_, kTracePacket, packet_);
  bytes_ += out_.size();
  ++events_;
  sink_->Write(out_);
}

}  // namespace sim
