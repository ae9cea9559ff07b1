// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim replay: what wgsim live --record has written, once more, without interface, sockets and waiting.
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/commands.h"
#include "tools/live/recording.pb.h"
#include "tools/live/recording_file.h"
#include "tools/live/replayer.h"

namespace tools {
namespace {

using live::RecordingReader;

struct Counts {
  uint64_t inputs = 0, packets_in = 0, datagrams_in = 0, packets_out = 0, datagrams_out = 0;
  int64_t began_ns = 0, ended_ns = 0;
  bool has_end = false;

  void Add(const live::file::Entry& input, const live::file::Outcome& outcome) {
    if (inputs++ == 0) began_ns = input.boot_ns();
    ended_ns = input.boot_ns();
    packets_in += static_cast<uint64_t>(input.packets().packet_size());
    datagrams_in += input.has_datagram();
    packets_out += static_cast<uint64_t>(outcome.packets_size());
    datagrams_out += static_cast<uint64_t>(outcome.datagrams_size());
    has_end |= input.has_end();
  }
};

// Inputs with what came of them, from the reader's entries.
class Pairs {
 public:
  explicit Pairs(RecordingReader* reader) : reader_(reader) { got_ = reader->Next(&next_); }

  // False: there are no more; got() says why.
  bool Next(live::file::Entry* input, live::file::Outcome* outcome) {
    if (got_ != RecordingReader::Got::kEntry) return false;
    input->Swap(&next_);
    outcome->Clear();
    got_ = reader_->Next(&next_);
    if (got_ == RecordingReader::Got::kEntry && next_.has_outcome()) {
      outcome->Swap(next_.mutable_outcome());
      got_ = reader_->Next(&next_);
    }
    return true;
  }
  RecordingReader::Got got() const { return got_; }

 private:
  RecordingReader* const reader_;
  live::file::Entry next_;
  RecordingReader::Got got_;
};

std::string Seconds(int64_t ns) {
  constexpr int64_t kSecond = 1'000'000'000, kMillisecond = 1'000'000;
  return absl::StrFormat("%d.%03d s", ns / kSecond, ns % kSecond / kMillisecond);
}

void Dump(const live::file::Entry& input, const live::file::Outcome& outcome, int64_t began_ns,
          Console& console) {
  console.out << live::InWords(input, began_ns);
  if (outcome.has_error()) console.out << ": error " << outcome.error();
  console.out << "\n";
  for (const live::file::RecordedDatagram& datagram : outcome.datagrams()) {
    console.out << "    to " << datagram.remote() << ": " << datagram.payload().size() << " bytes\n";
  }
  for (const std::string& packet : outcome.packets()) {
    console.out << "    out of the tunnel: " << packet.size() << " bytes\n";
  }
}

ExitCode Summary(const std::string& file, const Counts& counts, const live::Replayer& replayer,
                 Console& console) {
  console.out << file << ": " << counts.inputs << " inputs over " << Seconds(counts.ended_ns - counts.began_ns)
              << ", identical\n"
              << "  from the interface " << counts.packets_in << " packets, from the network " << counts.datagrams_in
              << " datagrams\n"
              << "  to the interface " << counts.packets_out << " packets, to the network " << counts.datagrams_out
              << " datagrams\n"
              << "  fingerprint of all that came out: " << replayer.Fingerprint() << "\n";
  return kOk;
}

ExitCode Replay(const std::string& file, bool dump, Console& console) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    console.err << "wgsim replay: " << file << ": " << std::strerror(errno) << "\n";
    return kBadInput;
  }
  RecordingReader reader(&in);
  if (const absl::Status status = reader.ReadBeginning(); !status.ok()) {
    console.err << "wgsim replay: " << file << ": " << status.message() << "\n";
    return kBadInput;
  }
  live::Replayer replayer;
  Counts counts;
  live::file::Entry input;
  live::file::Outcome outcome;
  Pairs pairs(&reader);
  while (pairs.Next(&input, &outcome)) {
    counts.Add(input, outcome);
    if (dump) Dump(input, outcome, counts.began_ns, console);
    const absl::Status status = replayer.Play(input, outcome);
    if (status.ok()) continue;
    console.err << "wgsim replay: " << file << ": input " << counts.inputs << " (" << live::InWords(input, counts.began_ns)
                << "): " << status.message() << "\n";
    return absl::IsAborted(status) ? kNotHeld : kBadInput;
  }
  if (pairs.got() == RecordingReader::Got::kDamaged) {
    console.err << "wgsim replay: " << file << ": damaged after byte " << reader.position()
                << "; what is before it was replayed and is identical\n";
    return kBadInput;
  }
  if (pairs.got() == RecordingReader::Got::kCut || !counts.has_end) {
    console.err << "wgsim replay: " << file << " ends without its end: whoever wrote it was killed, or runs still\n";
  }
  return Summary(file, counts, replayer, console);
}

ExitCode Run(const Arguments& arguments, Console& console) {
  const Command command = ReplayCommand();
  if (arguments.positional().size() != 1) {
    return BadUsage(command, "needs one recording; wgsim live --record=FILE writes them", console);
  }
  return Replay(arguments.positional()[0], arguments.Has("dump"), console);
}

}  // namespace

Command ReplayCommand() {
  return {
      "replay",
      "FILE [FLAGS]",
      "does once more what wgsim live has recorded",
      "Gives the protocol everything that wgsim live --record=FILE wrote down, at the same instants of a virtual clock and with the "
      "same random numbers, and compares all that comes out, byte by byte. A failure that was seen once is seen again, under a "
      "debugger or with another build.\n\n"
      "Exit code 0: identical. 1: something else comes out now; says at which input. 2: the file is no recording, or damaged.",
      {
          {"dump", "", "also writes every input and what came of it, in words"},
      },
      &Run,
  };
}

}  // namespace tools
