// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The hold model on sim::EventLoop, trace hash on:  wgsim_hold <pending> <events>
#include <cstdint>
#include <cstdlib>

#include "sim/event_loop.h"
#include "sim/time.h"
#include "sim/trace.h"
#include "tools/bench/ns3_compare/hold.h"

namespace {

class Model : public sim::Actor {
 public:
  Model(sim::EventLoop* loop, sim::EntityId entity) : Actor(entity), loop_(loop) {}

  void Schedule() { loop_->After(sim::Duration(delays_.NextNs()), this, 0); }
  void set_left(uint64_t left) { left_ = left; }
  void OnEvent(uint64_t /*arg*/) override {
    if (left_ == 0) {
      loop_->RequestStop();
      return;
    }
    --left_;
    Schedule();
  }

 private:
  sim::EventLoop* const loop_;
  hold::Delays delays_;
  uint64_t left_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const uint64_t pending = std::strtoull(argv[1], nullptr, 10);
  const uint64_t events = std::strtoull(argv[2], nullptr, 10);
  sim::Trace trace;
  sim::EventLoop loop(&trace);
  Model model(&loop, trace.RegisterEntity("model"));
  for (uint64_t i = 0; i < pending; ++i) model.Schedule();
  model.set_left(events);
  const int64_t begin = hold::CpuNs();
  loop.Run();
  hold::Report("hold", pending, events, hold::CpuNs() - begin);
  return 0;
}
