// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whatever is in a file that begins as a recording: it is replayed, or refused in words.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "protocol/check.h"
#include "tools/live/recording.pb.h"
#include "tools/live/recording_file.h"
#include "tools/live/replayer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  live::RecordingReader reader(&in);
  if (!reader.ReadBeginning().ok()) return 0;
  live::Replayer replayer;
  live::file::Entry entry, outcome;
  auto got = reader.Next(&entry);
  while (got == live::RecordingReader::Got::kEntry) {
    CHECK(!live::InWords(entry, 0).empty());
    outcome.Clear();
    got = reader.Next(&outcome);
    const bool has_outcome = got == live::RecordingReader::Got::kEntry && outcome.has_outcome();
    const absl::Status status = replayer.Play(entry, has_outcome ? outcome.outcome() : live::file::Outcome());
    if (!status.ok()) {
      CHECK(!status.message().empty());
      return 0;
    }
    if (has_outcome) {
      got = reader.Next(&entry);
    } else {
      entry.Swap(&outcome);
    }
  }
  return 0;
}
