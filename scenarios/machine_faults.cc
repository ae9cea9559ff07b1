// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/machine_faults.h"

#include <algorithm>

#include "protocol/check.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "scenarios/device_control.h"
#include "scenarios/plan.h"
#include "sim/core.h"
#include "sim/net/fib.h"
#include "sim/net/host.h"
#include "sim/net/interface.h"
#include "sim/net/nat.h"
#include "sim/net/netns.h"
#include "sim/thread.h"
#include "sim/wg/netlink_agent.h"
#include "sim/wg/wg_tunnel.h"

namespace scenario {

using Kind = plan::Fault::Kind;

MachineFaults::MachineFaults(World* world, ControlPlane* control, const Traffic* traffic)
    : world_(world),
      control_(control),
      traffic_(traffic),
      absences_(world->plan().hosts.size()),
      pauses_(world->plan().hosts.size()),
      process_pauses_(world->plan().flows.size()),
      losses_(world->plan().hosts.size()) {}

bool MachineFaults::Begin(size_t number) {
  const plan::Fault& one = fault(number);
  switch (one.kind) {
    case Kind::kCoreStall:
      Stall(one.host, one.core, one.lasts);
      return true;
    case Kind::kSuspend:
    case Kind::kCrash:
      return Leave(number);
    case Kind::kClockStep:
      StepClock(one, one.step);
      return true;
    case Kind::kManagerPause:
      if (++pauses_[one.host] == 1) Pause(one, true);
      return true;
    case Kind::kRequest:
      FailRequest(one);
      return true;
    case Kind::kProcessPause:
      PauseProcess(one, +1);
      return true;
    case Kind::kAddressLoss:
      LoseAddress(number, true);
      return true;
    case Kind::kLinks:
      break;
  }
  CHECK(false);
}

void MachineFaults::End(size_t number) {
  const plan::Fault& one = fault(number);
  switch (one.kind) {
    case Kind::kSuspend:
    case Kind::kCrash:
      return Return(number);
    case Kind::kClockStep:
      return StepClock(one, -one.step);
    case Kind::kManagerPause:
      if (--pauses_[one.host] == 0) Pause(one, false);
      return;
    case Kind::kProcessPause:
      return PauseProcess(one, -1);
    case Kind::kAddressLoss:
      return LoseAddress(number, false);
    case Kind::kCoreStall:
    case Kind::kRequest:
    case Kind::kLinks:
      return;
  }
}

void MachineFaults::Stall(int host, int number, sim::Duration lasts) {
  sim::Core* const core = world_->machine(host).host->core(static_cast<net::Cpu>(number));
  core->Interrupt(lasts);
  // What waits for the core afterwards is looked for as after any interrupt.
  core->RaiseSoftirq({.runner = this, .price = sim::Duration(0)});
}

bool MachineFaults::Leave(size_t number) {
  const plan::Fault& one = fault(number);
  Absence& absence = absences_[one.host];
  if (absence.away) return false;
  absence.away = true;
  net::Host* const host = world_->machine(one.host).host.get();
  for (net::Interface* interface : host->root()->interfaces()) {
    auto* const card = dynamic_cast<net::Nic*>(interface);
    if (card == nullptr || !card->up()) continue;
    CHECK(card->SetUp(false) == wg::Errno::kOk);
    absence.cards.push_back(card);
    dark_[card->entity()] = number;
  }
  ForDevices(one.host, [&](int device) {
    if (one.kind == Kind::kCrash) return control_->manager_of(device)->Crash();
    world_->wire(device).tunnel->Suspend();
  });
  // What it translated it knows no more when it is back.
  net::Nat* const nat = host->root()->nat();
  if (one.kind == Kind::kCrash && nat != nullptr) nat->Forget(/*other_ports=*/false);
  for (int core = 0; core < host->cores(); ++core) Stall(one.host, core, one.lasts);
  return true;
}

void MachineFaults::Return(size_t number) {
  const plan::Fault& one = fault(number);
  Absence& absence = absences_[one.host];
  absence.away = false;
  for (net::Nic* card : absence.cards) {
    CHECK(card->SetUp(true) == wg::Errno::kOk);
    dark_.erase(card->entity());
  }
  absence.cards.clear();
  ForDevices(one.host, [&](int device) {
    if (one.kind == Kind::kCrash) return control_->manager_of(device)->Boot();
    world_->wire(device).tunnel->Resume();
  });
}

void MachineFaults::Pause(const plan::Fault& fault, bool paused) {
  ForDevices(fault.host, [&](int device) { control_->manager_of(device)->Pause(paused); });
}

void MachineFaults::PauseProcess(const plan::Fault& fault, int change) {
  auto& pauses = process_pauses_[fault.flow];
  int& upon = fault.receiver ? pauses.second : pauses.first;
  const bool was = upon > 0;
  upon += change;
  if (was == (upon > 0)) return;
  const Traffic::Processes& processes = traffic_->processes(static_cast<size_t>(fault.flow));
  std::vector<sim::Thread*> threads = processes.receivers;
  if (!fault.receiver) threads = {processes.sender};
  for (sim::Thread* thread : threads) upon > 0 ? thread->Stop() : thread->Continue();
}

void MachineFaults::LoseAddress(size_t number, bool lost) {
  const plan::Fault& one = fault(number);
  std::vector<size_t>& upon = losses_[one.host];
  const auto same = [&](size_t other) { return fault(other).address == one.address; };
  const bool was = std::any_of(upon.begin(), upon.end(), same);
  if (lost) {
    upon.push_back(number);
  } else {
    upon.erase(std::find(upon.begin(), upon.end(), number));
  }
  if (was == std::any_of(upon.begin(), upon.end(), same)) return;
  World::Machine& machine = world_->machine(one.host);
  net::Fib& fib = machine.host->root()->fib();
  if (lost) {
    CHECK(fib.RemoveAddress(machine.lo, one.address));
    fib.ReplaceSource(one.address, one.instead);
  } else {
    CHECK(fib.AddAddress(machine.lo, wg::Prefix::Host(one.address)));
    fib.ReplaceSource(one.instead, one.address);
  }
}

void MachineFaults::StepClock(const plan::Fault& fault, sim::Duration by) {
  ForDevices(fault.host, [&](int device) { world_->wire(device).tunnel->StepWallClock(by); });
}

void MachineFaults::FailRequest(const plan::Fault& fault) {
  control_->manager_of(fault.device)
      ->FailLater({.message = fault.request.message,
                   .error = fault.request.error,
                   .applied = fault.request.applied,
                   .allocation = fault.request.allocation});
}

void MachineFaults::ForDevices(int host, absl::FunctionRef<void(int device)> call) const {
  const std::vector<plan::Device>& devices = world_->plan().devices;
  for (size_t i = 0; i < devices.size(); ++i) {
    if (devices[i].host == host) call(static_cast<int>(i));
  }
}

absl::string_view MachineFaults::CauseOf(sim::EntityId place, net::Drop why) const {
  if (why == net::Drop::kNotForwarding) {
    for (const std::vector<size_t>& upon : losses_) {
      if (upon.empty()) continue;
      const plan::Fault& one = fault(upon.back());
      if (world_->machine(one.host).host->root()->entity() == place) return one.when.name;
    }
    return {};
  }
  if (why != net::Drop::kInterfaceDown) return {};
  const auto at = dark_.find(place);
  return at == dark_.end() ? absl::string_view() : absl::string_view(fault(at->second).when.name);
}

}  // namespace scenario
