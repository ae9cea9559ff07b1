// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Recorder: hears of everything that a driver gives its device, before it does, and of what came of it, and writes it down
// (recording.proto). A Replayer does the same again. For drivers that work at once and in one thread: the order of the calls is the
// order of the entries.
#ifndef WGSIM_TOOLS_LIVE_RECORDER_H_
#define WGSIM_TOOLS_LIVE_RECORDER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/effects.h"
#include "protocol/entropy.h"
#include "protocol/errno.h"
#include "protocol/time.h"
#include "tools/live/recording.pb.h"
#include "tools/live/recording_file.h"
#include "tools/live/udp_port.h"

namespace live {

// The effects of a device in a recording's words; all of them in their order.
void Tell(const wg::Effects& fx, file::Outcome* outcome);

class Recorder {
 public:
  // As RecordingWriter::Create.
  static absl::StatusOr<std::unique_ptr<Recorder>> Create(const std::string& path);

  // The kernel's random numbers, of which those that are drawn are kept: for the device.
  wg::Entropy* entropy() { return &entropy_; }
  // The first error; after it nothing more is written.
  const absl::Status& status() const { return writer_->status(); }

  // What will be given to the device, in the terms of LiveDevice. First of all Start.
  void Start(wg::Now now, const std::string& profile, const std::string& interface);
  void Packets(wg::Now now, absl::Span<const wg::Buffer> packets, uint32_t mtu);
  void Datagram(wg::Now now, const wg::Datagram& datagram);
  void Timer(wg::Now now);
  void Up(wg::Now now);
  void Down(wg::Now now);
  void ListenPort(wg::Now now, uint16_t port);
  void Request(wg::Now now, const wg::SetDevice& request);
  void Step(wg::Now now, const wg::BindOutcome& bound);
  void CarryOut(wg::Now now);
  void Sent(wg::Now now, absl::Span<const UdpPort::Sent> sent);
  // Last of all.
  void End(wg::Now now, const wg::GetDevice& device);

  // What came of it. To be called after each, but for End.
  void CameOfIt(wg::Errno error = wg::Errno::kOk, const wg::Effects* fx = nullptr);

 private:
  class DrawnEntropy : public wg::Entropy {
   public:
    void Fill(absl::Span<uint8_t> out) override;
    std::string drawn;
  };

  explicit Recorder(std::unique_ptr<RecordingWriter> writer) : writer_(std::move(writer)) {}
  // A fresh entry_ with these clocks.
  file::Entry* Begin(wg::Now now);
  void Write() { writer_->Write(entry_); }

  const std::unique_ptr<RecordingWriter> writer_;
  DrawnEntropy entropy_;
  file::Entry entry_;
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_RECORDER_H_
