// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Replayer: gives a device once more what a Recorder heard, at the instants at which it was, with the random numbers that were drawn
// then, and compares what comes of it: every byte that leaves, in its order.
#ifndef WGSIM_TOOLS_LIVE_REPLAYER_H_
#define WGSIM_TOOLS_LIVE_REPLAYER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/entropy.h"
#include "protocol/inline_driver.h"
#include "protocol/time.h"
#include "tools/live/os_clock.h"
#include "tools/live/recording.pb.h"

namespace live {

// The instant of an input, and a one-line description: "+12.000000000 s  datagram from 192.0.2.2:51820: data, 128 bytes".
// `start`: of the recording, in boot time.
std::string InWords(const file::Entry& entry, int64_t start_ns);

class Replayer {
 public:
  Replayer() = default;
  ~Replayer();
  Replayer(const Replayer&) = delete;
  Replayer& operator=(const Replayer&) = delete;

  // The next input, and what came of it when it was recorded (nothing, if that is not there). InvalidArgument: no device was
  // ever given this at this point: the recording is damaged. Aborted: something else comes of it now; says what. After an
  // error nothing more may be played.
  absl::Status Play(const file::Entry& input, const file::Outcome& then);

  // All that came out, as one number in hex.
  std::string Fingerprint() const;

 private:
  class RecordedEntropy : public wg::Entropy {
   public:
    void Fill(absl::Span<uint8_t> out) override;
    std::string left;
    bool ran_out = false;

   private:
    OsEntropy instead;
  };

  absl::Status Start(const file::Entry& input);
  // Those that need the device.
  absl::Status Do(const file::Entry& input, file::Outcome* now);
  absl::Status Transmit(const file::Packets& packets, file::Outcome* now);
  absl::Status Receive(const file::RecordedDatagram& datagram);
  absl::Status SetUp(bool up);
  absl::Status Request(const std::string& text);
  absl::Status Step(const file::Step& step, file::Outcome* now);
  absl::Status Sent(const file::Sent& sent);
  absl::Status End(const std::string& state);

  RecordedEntropy entropy_;
  wg::BufferPool pool_;
  wg::Module module_;
  wg::Effects fx_;
  wg::Now now_;
  std::unique_ptr<wg::Device> device_;
  std::unique_ptr<wg::InlineDriver> driver_;
  std::optional<wg::ConfigSession> session_;
  bool sending_ = false;  // fx_ has the datagrams of the last carry_out
  std::string chain_;     // of all outcomes so far
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_REPLAYER_H_
