// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/threaded_driver.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <system_error>

namespace live {
namespace {

// Ciphers taken at once.
constexpr size_t kShare = 4;

}  // namespace

ThreadedDriver::~ThreadedDriver() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  begin_.notify_all();
  for (std::thread& helper : helpers_) {
    if (helper.joinable()) helper.join();
  }
}

void ThreadedDriver::Settle(wg::Now now, wg::Effects* fx) {
  size_t done = 0;  // work before this has no ciphers left to do
  for (size_t i = 0; i < fx->work.size(); ++i) {
    if (i == done && !helpers_.empty()) {
      DoCiphers(*fx, i);
      done = fx->work.size();
    }
    device_->Run(now, fx->work[i], fx);
  }
  fx->work.clear();
}

void ThreadedDriver::DoCiphers(const wg::Effects& fx, size_t first) {
  ciphers_.clear();
  for (size_t i = first; i < fx.work.size(); ++i)
    wg::AppendCipherWork(device_, fx.work[i], &ciphers_);
  next_ = 0;
  size_t bytes = 0;
  for (const wg::CipherWork& one : ciphers_) bytes += one.text.size();
  if (bytes >= kWorthSharing && ciphers_.size() > kShare) {
    Share();
  } else {
    TakePart();
  }
}

void ThreadedDriver::Share() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++round_;
    open_ = true;
  }
  if (!started_) Start();
  begin_.notify_all();
  TakePart();
  // Nothing is left to take. Who has not woken up by now need not.
  std::unique_lock<std::mutex> lock(mutex_);
  open_ = false;
  end_.wait(lock, [this] { return active_ == 0; });
}

void ThreadedDriver::Start() {
  started_ = true;
  try {
    for (std::thread& helper : helpers_) helper = std::thread([this] { Help(); });
  } catch (const std::system_error&) {
    // The machine gives no more of them: those that there are have to do.
  }
}

void ThreadedDriver::TakePart() {
  while (true) {
    const size_t from = next_.fetch_add(kShare);
    if (from >= ciphers_.size()) return;
    const size_t to = std::min(from + kShare, ciphers_.size());
    for (size_t i = from; i < to; ++i) ciphers_[i].Do(*crypto_);
  }
}

void ThreadedDriver::Help() {
  // Signals are the first thread's.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  uint64_t seen = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    begin_.wait(lock, [&] { return ending_ || (open_ && round_ != seen); });
    if (ending_) return;
    seen = round_;
    ++active_;
    lock.unlock();
    TakePart();
    lock.lock();
    if (--active_ == 0) end_.notify_one();
  }
}

}  // namespace live
