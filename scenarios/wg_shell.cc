// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/wg_shell.h"

#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "protocol/config.h"
#include "protocol/netlink/split.h"
#include "scenarios/script_keys.h"
#include "scenarios/script_text.h"

namespace scenario {

WgShell::WgShell(World* world, int host, CheckSink* sink)
    : world_(world),
      host_(host),
      sink_(sink),
      thread_(world->machine(host).host->machine(), {.name = "wg", .core = world->plan().managers[host].core}) {}

void WgShell::Submit(const Occasion& occasion) {
  const auto& what = std::get<plan::WgCommands>(occasion.action->what);
  for (size_t i = 0; i < what.commands.size(); ++i) waiting_.push_back({occasion, i});
  if (!busy_) Next();
}

const plan::WgCommands& WgShell::commands() const { return std::get<plan::WgCommands>(waiting_.front().occasion.action->what); }

void WgShell::Next() {
  std::string error;
  while (!waiting_.empty() && Begin(&error)) {
    Over(error);
    error.clear();
  }
}

bool WgShell::Begin(std::string* error) {
  const auto find_key = [this](absl::string_view kind, absl::string_view whose) { return ScriptKey(*world_, kind, whose); };
  const absl::StatusOr<std::string> text = ExpandScript(commands().commands[waiting_.front().command], find_key);
  const absl::StatusOr<WgCommand> command = text.ok() ? ParseWgCommand(*text) : text.status();
  const absl::StatusOr<std::string> file = ExpandScript(commands().file, find_key);
  for (const absl::Status& status : {command.status(), file.status()}) {
    if (status.ok()) continue;
    *error = std::string(status.message());
    return true;
  }
  device_ = FindWire(world_->plan(), host_, command->device);
  if (device_ == plan::kNone || world_->wire(device_).tunnel->interface()->stack() == nullptr) {
    *error = "ENODEV";
    return true;
  }
  if (OnlyShows(command->verb)) return true;
  wgnode::WgTunnel& tunnel = *world_->wire(device_).tunnel;
  const bool looks = command->verb == WgCommand::Verb::kSyncconf;
  absl::StatusOr<wg::SetDevice> request = WgRequest(*command, *file, looks ? tunnel.device().Get() : wg::GetDevice());
  if (!request.ok()) {
    *error = std::string(request.status().message());
    return true;
  }
  busy_ = true;
  answer_ = wg::Errno::kOk;
  AgentOf(device_).Submit({.id = 0, .requests = {*std::move(request)}});
  return false;
}

wgnode::NetlinkAgent& WgShell::AgentOf(int device) {
  std::unique_ptr<wgnode::NetlinkAgent>& agent = agents_[device];
  if (agent == nullptr) {
    World::Machine& machine = world_->machine(host_);
    wgnode::WgTunnel* const tunnel = world_->wire(device).tunnel.get();
    agent = std::make_unique<wgnode::NetlinkAgent>(
        wgnode::NetlinkAgent::Options{
            .loop = &world_->loop(),
            .tunnel = tunnel,
            .thread = &thread_,
            .rtnl = machine.rtnl.get(),
            .grace = machine.grace.get(),
            .costs = &world_->plan().hosts[host_].costs,
            .splitting = tunnel->in_user_space() ? wg::netlink::Splitting::kNone : wg::netlink::Splitting::kWgPage,
            .observer = this},
        world_->trace().RegisterEntity(absl::StrCat(world_->plan().hosts[host_].name, "/", tunnel->name(), "/wg")));
  }
  return *agent;
}

void WgShell::OnStep(uint64_t, const wg::ConfigStep&) { ++world_->wire(device_).epoch; }

void WgShell::OnAnswer(uint64_t, wg::Errno error) {
  if (error != wg::Errno::kOk) answer_ = error;
}

void WgShell::OnEnd(uint64_t) {
  const wg::GetDevice device = world_->wire(device_).tunnel->device().Get();
  if (device.public_key && *device.public_key != world_->wire(device_).public_key) {
    world_->SetPublicKey(device_, *device.public_key);
  }
  busy_ = false;
  Over(answer_ == wg::Errno::kOk ? "" : std::string(wg::ErrnoName(answer_)));
  Next();
}

void WgShell::Over(const std::string& error) {
  const Occasion occasion = waiting_.front().occasion;
  const plan::WgCommands& what = commands();
  const std::string& text = what.commands[waiting_.front().command];
  waiting_.pop_front();
  if (error.empty() && !what.fails) return;
  sink_->OnCheck(occasion, absl::StrCat("\"wg ", text, "\" ", what.fails ? "fails" : "succeeds"),
                 error.empty() ? "it succeeded" : error, what.fails == !error.empty());
}

void WgShell::Close() {
  for (const Waiting& left : waiting_) {
    const auto& what = std::get<plan::WgCommands>(left.occasion.action->what);
    sink_->OnCheck(left.occasion, absl::StrCat("\"wg ", what.commands[left.command], "\" is over"), "it was not at the end of the run", false);
  }
  waiting_.clear();
}

}  // namespace scenario
