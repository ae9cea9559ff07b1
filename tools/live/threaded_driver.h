// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ThreadedDriver: the driver of a device on a machine with several cores. Work is run in this thread, first in first out,
// as by protocol/inline_driver; before that, the ciphers of all that waits are shared among the threads. So
// whatever there are of them, the same comes of the same input, in the same order.
#ifndef WGSIM_TOOLS_LIVE_THREADED_DRIVER_H_
#define WGSIM_TOOLS_LIVE_THREADED_DRIVER_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "protocol/cipher_work.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/time.h"

namespace live {

class ThreadedDriver {
 public:
  static constexpr int kMostThreads = 64;
  // Less than this many bytes of text are not worth waking somebody for.
  static constexpr size_t kWorthSharing = 8192;

  // `device`, whose suite is `crypto`, outlives the driver and has no other. `threads`: this one and those that help it, 1 to
  // kMostThreads. They begin when there is something for them: neither a fork before nor privileges dropped before matter.
  ThreadedDriver(wg::Device* device, const wg::CryptoSuite* crypto, int threads)
      : device_(device), crypto_(crypto), helpers_(static_cast<size_t>(threads - 1)) {}
  ~ThreadedDriver();

  // Does all work in *fx and all that comes of it (InlineDriver::Settle).
  void Settle(wg::Now now, wg::Effects* fx);

 private:
  // The ciphers of fx.work from `first` on.
  void DoCiphers(const wg::Effects& fx, size_t first);
  void Share();
  void Start();
  // Does what nobody else does, until nothing is left.
  void TakePart();
  void Help();

  wg::Device* const device_;
  const wg::CryptoSuite* const crypto_;
  std::vector<std::thread> helpers_;  // as many as there shall be; running once started_
  bool started_ = false;

  std::vector<wg::CipherWork> ciphers_;
  std::atomic<size_t> next_{0};  // of ciphers_ that nobody has taken

  std::mutex mutex_;
  std::condition_variable begin_;
  std::condition_variable end_;
  // Under mutex_:
  uint64_t round_ = 0;  // how often something was shared
  bool open_ = false;   // there may be something to take
  size_t active_ = 0;   // helpers that take part
  bool ending_ = false;
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_THREADED_DRIVER_H_
