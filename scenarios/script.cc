// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/script.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "scenarios/check_words.h"
#include "scenarios/script_check.h"
#include "scenarios/world_changes.h"
#include "sim/time.h"

namespace scenario {
namespace {

std::string Shortened(std::string text) {
  if (text.size() <= Script::kMostShown) return text;
  const size_t size = text.size();
  text.resize(Script::kMostShown);
  return absl::StrCat(text, "... (", size, " bytes)");
}

}  // namespace

Script::Script(World* world)
    : Actor(world->trace().RegisterEntity("script")), world_(world), repetitions_(world->plan().script.size()) {
  const std::vector<plan::ScriptAction>& script = world->plan().script;
  for (size_t i = 0; i < script.size(); ++i) {
    if (script[i].at < world->plan().duration) world->loop().At(sim::kStart + script[i].at, this, i);
  }
}

std::unique_ptr<Script> Script::OfPlan(World* world) {
  return world->plan().script.empty() ? nullptr : std::make_unique<Script>(world);
}

void Script::OnEvent(uint64_t which) {
  const plan::ScriptAction& action = world_->plan().script[which];
  const Occasion occasion{.action = &action, .repetition = repetitions_[which]++};
  if (const auto* wg = std::get_if<plan::WgCommands>(&action.what)) {
    CheckSink* const sink = this;  // a private base: make_unique could not convert
    std::unique_ptr<WgShell>& shell = shells_[wg->host];
    if (shell == nullptr) shell = std::make_unique<WgShell>(world_, wg->host, sink);
    shell->Submit(occasion);
  } else if (const auto* ip = std::get_if<plan::IpCommands>(&action.what)) {
    ChangeIp(occasion, *ip);
  } else if (const auto* ping = std::get_if<plan::PingCommand>(&action.what)) {
    CheckSink* const sink = this;
    pings_.push_back(std::make_unique<EchoProbe>(world_, occasion, ThreadOn(ping->host), sink));
  } else if (const auto* datagram = std::get_if<plan::Datagram>(&action.what)) {
    CheckSink* const sink = this;
    sim::Thread* const thread = datagram->from == plan::kNone ? nullptr : ThreadOn(datagram->from);
    datagrams_.push_back(std::make_unique<DatagramProbe>(world_, occasion, thread, sink));
  } else {
    LookAt(occasion, std::get<plan::Check>(action.what));
  }
  const sim::Time next = world_->loop().now() + action.every;
  if (occasion.repetition + 1 < action.times && next < sim::kStart + world_->plan().duration) world_->loop().At(next, this, which);
}

sim::Thread* Script::ThreadOn(int host) {
  std::unique_ptr<sim::Thread>& thread = threads_[host];
  if (thread == nullptr) {
    thread = std::make_unique<sim::Thread>(world_->machine(host).host->machine(),
                                           sim::Thread::Options{.name = "script", .core = world_->plan().managers[host].core});
  }
  return thread.get();
}

void Script::ChangeIp(const Occasion& occasion, const plan::IpCommands& what) {
  for (size_t i = 0; i < what.changes.size(); ++i) {
    const absl::Status status = ApplyIpChange(world_, what.host, what.changes[i]);
    if (status.ok() && !what.fails) continue;
    OnCheck(occasion, absl::StrCat("\"ip ", what.texts[i], "\" ", what.fails ? "fails" : "succeeds"),
            status.ok() ? "it succeeded" : std::string(status.message()), what.fails == !status.ok());
  }
}

void Script::LookAt(const Occasion& occasion, const plan::Check& check) {
  absl::StatusOr<Sight> sight = Look(world_, check);
  std::string expected = absl::StrCat(SubjectText(check), " ", ExpectedText(check));
  if (!sight.ok()) return OnCheck(occasion, std::move(expected), std::string(sight.status().message()), false);
  numbers_[occasion.action->name] = sight->number;
  if (!check.since.empty()) {
    const auto before = numbers_.find(check.since);
    if (before == numbers_.end()) return OnCheck(occasion, std::move(expected), absl::StrCat(check.since, " saw nothing"), false);
    // Counters of an interface begin anew with a new peer: then nothing was added.
    sight->number -= std::min(sight->number, before->second);
    sight->text = absl::StrCat(sight->number);
  }
  const bool held = Passes(*world_, check, *sight);
  OnCheck(occasion, std::move(expected), Shortened(std::move(sight->text)), held);
}

void Script::OnCheck(const Occasion& occasion, std::string expected, std::string seen, bool held) {
  const plan::ScriptAction& action = *occasion.action;
  CheckResult result;
  result.set_name(action.times == 1 ? action.name : absl::StrCat(action.name, ".", occasion.repetition + 1));
  result.set_claim(action.claim);
  result.set_at_seconds(static_cast<double>((world_->loop().now() - sim::kStart).count()) / 1e9);
  result.set_expected(Shortened(std::move(expected)));
  result.set_seen(std::move(seen));
  result.set_held(held);
  result.set_line(static_cast<uint32_t>(action.line));
  results_.push_back(std::move(result));
}

void Script::Close(VariantResult* result) {
  for (auto& [host, shell] : shells_) shell->Close();
  for (auto& ping : pings_) ping->Close();
  for (auto& datagram : datagrams_) datagram->Close();
  uint64_t held = 0;
  for (CheckResult& one : results_) {
    if (one.held()) ++held;
    *result->add_checks() = std::move(one);
  }
  result->set_checks_held(held);
  result->set_checks_failed(results_.size() - held);
  results_.clear();
}

}  // namespace scenario
