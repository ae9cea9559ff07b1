// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// SendAccount: how much of a socket's send buffer is taken by packets that are still inside the
// host (the kernel's sk_wmem_alloc). SendCharge: one packet's share, which travels with it and is
// given back when it dies or when its last bit has left the host. The account outlives its socket.
//
// A transmitter that knows beforehand when the last bit leaves gives the charge back with
// ReleaseAt: no event is needed unless somebody waits for room.
#ifndef WGSIM_SIM_NET_SEND_ACCOUNT_H_
#define WGSIM_SIM_NET_SEND_ACCOUNT_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "sim/event_loop.h"
#include "sim/net/move_ring.h"
#include "sim/time.h"

namespace net {

// What the kernel charges for a packet of `size` bytes (skb->truesize): the slab that holds the
// bytes, 64 bytes of headroom and the shared info, plus the sk_buff itself. 1052 bytes count 2304.
uint32_t TrueSize(size_t size);

class SendAccount : public sim::Actor {
 public:
  // Told when there is room again after Wait().
  class Waiter {
   public:
    virtual ~Waiter() = default;
    virtual void OnRoom() = 0;
  };

  SendAccount(sim::EventLoop* loop, sim::EntityId entity) : Actor(entity), loop_(loop) {}

  // net.core.wmem_default.
  static constexpr uint32_t kDefaultLimit = 212992;
  void set_limit(uint32_t limit) { limit_ = limit; }
  uint32_t limit() const { return limit_; }

  // Bytes charged now.
  uint64_t charged();
  // sock_alloc_send_pskb: a packet may be charged while the sum is below the limit, whatever its
  // own size.
  bool HasRoom() { return charged() < limit_; }
  // waiter->OnRoom() is called, once, when at most half of the limit is charged
  // (sock_def_write_space): as an event, never from inside this call. nullptr: nobody waits any
  // more.
  void Wait(Waiter* waiter);

 private:
  friend class SendCharge;

  struct Release {
    sim::Time time;
    uint32_t bytes;
  };

  void Charge(uint32_t bytes) { charged_ += bytes; }
  void ReleaseNow(uint32_t bytes);
  void ReleaseAt(sim::Time time, uint32_t bytes);
  void Reap();
  void Arm();
  void OnEvent(uint64_t arg) override;

  sim::EventLoop* const loop_;
  uint32_t limit_ = kDefaultLimit;
  uint64_t charged_ = 0;
  MoveRing<Release> releases_;  // by time; at most charged_ / TrueSize(0) of them
  Waiter* waiter_ = nullptr;
  bool armed_ = false;
};

// Move-only. Empty: charges nobody.
class SendCharge {
 public:
  SendCharge() = default;
  SendCharge(SendAccount* account, uint32_t bytes) : account_(account), bytes_(bytes) {
    if (account_ != nullptr) account_->Charge(bytes_);
  }
  SendCharge(SendCharge&& other) noexcept
      : account_(std::exchange(other.account_, nullptr)), bytes_(other.bytes_) {}
  SendCharge& operator=(SendCharge&& other) noexcept {
    if (this != &other) {
      Release();
      account_ = std::exchange(other.account_, nullptr);
      bytes_ = other.bytes_;
    }
    return *this;
  }
  ~SendCharge() { Release(); }

  explicit operator bool() const { return account_ != nullptr; }
  // Gives it back now (skb_orphan).
  void Release() {
    if (account_ != nullptr) std::exchange(account_, nullptr)->ReleaseNow(bytes_);
  }
  // Gives it back at `time`. REQUIRES: not in the past.
  void ReleaseAt(sim::Time time) {
    if (account_ != nullptr) std::exchange(account_, nullptr)->ReleaseAt(time, bytes_);
  }

 private:
  SendAccount* account_ = nullptr;
  uint32_t bytes_ = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_SEND_ACCOUNT_H_
