// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/kernel_reference/console.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "protocol/errno.h"
#include "scenarios/quantiles.h"
#include "sim/time.h"

namespace kernel_reference {
namespace {

// Consecutive packets with one fate.
struct Run {
  uint64_t first = 0, count = 0;
  int64_t error = 0;           // of sends
  int64_t begin = 0, end = 0;  // ns
};

struct FlowLog {
  std::vector<Run> sent, received;
};

struct Log {
  std::vector<FlowLog> flows;
  uint64_t messages = 0, failed = 0;
  // By reconfiguration: from the first message to the last answer.
  absl::btree_map<int64_t, std::pair<int64_t, int64_t>> spans;
};

bool ReadMessage(const std::vector<int64_t>& numbers, Log* log) {
  if (numbers.size() != 5) return false;
  ++log->messages;
  if (numbers[1] != 0) ++log->failed;
  const auto [span, is_new] = log->spans.try_emplace(numbers[0], numbers[3], numbers[4]);
  span->second.second = numbers[4];
  return true;
}

bool ReadRun(bool sent, const std::vector<int64_t>& numbers, Log* log) {
  if (numbers.size() != (sent ? 6u : 5u) || numbers[0] < 0) return false;
  if (numbers[0] >= static_cast<int64_t>(log->flows.size())) return false;
  FlowLog& flow = log->flows[numbers[0]];
  const size_t at = sent ? 4 : 3;
  (sent ? flow.sent : flow.received)
      .push_back({.first = static_cast<uint64_t>(numbers[1]),
                  .count = static_cast<uint64_t>(numbers[2]),
                  .error = sent ? numbers[3] : 0,
                  .begin = numbers[at],
                  .end = numbers[at + 1]});
  return true;
}

absl::StatusOr<Log> ReadLog(size_t flows, absl::string_view console) {
  Log log;
  log.flows.resize(flows);
  for (absl::string_view line : absl::StrSplit(console, absl::ByAnyChar("\r\n"), absl::SkipEmpty())) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    if (words[0] != "m" && words[0] != "s" && words[0] != "r") continue;
    std::vector<int64_t> numbers(words.size() - 1);
    bool ok = true;
    for (size_t i = 0; i < numbers.size(); ++i) ok = ok && absl::SimpleAtoi(words[i + 1], &numbers[i]);
    ok = ok && (words[0] == "m" ? ReadMessage(numbers, &log) : ReadRun(words[0] == "s", numbers, &log));
    if (!ok) return absl::InvalidArgumentError(absl::StrCat("the guest said \"", line, "\""));
  }
  return log;
}

double Microseconds(int64_t ns) { return static_cast<double>(ns) / 1000; }

// Maximal runs of sends that failed; a packet that was sent and lost is not known in time and ends none.
void CountOutages(const FlowLog& log, scenario::FlowResult* flow) {
  for (size_t i = 0; i < log.sent.size(); ++i) {
    if (log.sent[i].error == 0) continue;
    const bool goes_on = i > 0 && log.sent[i - 1].error != 0;
    if (!goes_on) flow->set_outages(flow->outages() + 1);
    size_t end = i;
    while (end < log.sent.size() && log.sent[end].error != 0) ++end;
    const int64_t until = end < log.sent.size() ? log.sent[end].begin : log.sent.back().end;
    flow->set_longest_outage_us(std::max(flow->longest_outage_us(), Microseconds(until - log.sent[i].begin)));
  }
}

void AddErrno(const std::string& name, uint64_t count,
              google::protobuf::RepeatedPtrField<scenario::ErrnoCount>* errnos) {
  for (scenario::ErrnoCount& known : *errnos) {
    if (known.name() != name) continue;
    known.set_count(known.count() + count);
    return;
  }
  scenario::ErrnoCount* added = errnos->Add();
  added->set_name(name);
  added->set_count(count);
}

void SetDropped(uint64_t count, google::protobuf::RepeatedPtrField<scenario::DropCount>* drops) {
  if (count == 0) return;
  scenario::DropCount* drop = drops->Add();
  drop->set_place("kernel");
  drop->set_reason("not received");
  drop->set_count(count);
}

scenario::FlowResult FlowOf(const scenario::plan::Flow& plan, const FlowLog& log) {
  scenario::FlowResult flow;
  flow.set_name(plan.name);
  flow.set_from(plan.from.address.ToString());
  flow.set_to(plan.to.address.ToString());
  flow.set_role(plan.role == scenario::plan::Role::kBystander ? "bystander" : "touched");
  for (const Run& run : log.sent) {
    flow.set_offered(flow.offered() + run.count);
    if (run.error == 0) continue;
    flow.set_refused(flow.refused() + run.count);
    AddErrno(std::string(wg::ErrnoName(static_cast<wg::Errno>(run.error))), run.count, flow.mutable_errnos());
  }
  for (const Run& run : log.received) flow.set_delivered(flow.delivered() + run.count);
  flow.set_bytes_delivered(flow.delivered() * plan.stream->payload_bytes);
  flow.set_dropped(flow.offered() - flow.refused() - flow.delivered());
  SetDropped(flow.dropped(), flow.mutable_drops());
  CountOutages(log, &flow);
  return flow;
}

void AddTo(const scenario::FlowResult& flow, scenario::FlowGroup* group) {
  group->set_flows(group->flows() + 1);
  group->set_offered(group->offered() + flow.offered());
  group->set_delivered(group->delivered() + flow.delivered());
  group->set_refused(group->refused() + flow.refused());
  group->set_dropped(group->dropped() + flow.dropped());
  group->set_outages(group->outages() + flow.outages());
  group->set_longest_outage_us(std::max(group->longest_outage_us(), flow.longest_outage_us()));
  for (const scenario::ErrnoCount& error : flow.errnos()) AddErrno(error.name(), error.count(), group->mutable_errnos());
}

void Finish(scenario::FlowGroup* group) {
  SetDropped(group->dropped(), group->mutable_drops());
  if (group->offered() == 0) return;
  group->set_loss_ratio(static_cast<double>(group->refused() + group->dropped()) /
                        static_cast<double>(group->offered()));
}

}  // namespace

absl::StatusOr<scenario::VariantResult> ResultOf(const scenario::Plan& plan, absl::string_view console) {
  const absl::StatusOr<Log> log = ReadLog(plan.flows.size(), console);
  if (!log.ok()) return log.status();
  scenario::VariantResult result;
  result.set_name(plan.variant);
  result.set_method(scenario::plan::Name(plan.method));
  result.set_implementation(scenario::plan::Name(plan.implementation));
  result.set_reconfigurations(log->spans.size());
  result.set_messages(log->messages);
  result.set_failed_messages(log->failed);
  for (size_t i = 0; i < plan.flows.size(); ++i) {
    const FlowLog& flow = log->flows[i];
    if (flow.sent.empty()) return absl::InvalidArgumentError(absl::StrCat("the guest did not say what became of flow ", plan.flows[i].name));
    *result.add_flows() = FlowOf(plan.flows[i], flow);
    const bool bystander = plan.flows[i].role == scenario::plan::Role::kBystander;
    AddTo(result.flows(static_cast<int>(i)), bystander ? result.mutable_bystanders() : result.mutable_touched());
  }
  if (result.has_bystanders()) Finish(result.mutable_bystanders());
  if (result.has_touched()) Finish(result.mutable_touched());
  std::vector<sim::Duration> latencies;
  for (const auto& [number, span] : log->spans) latencies.push_back(sim::Duration(span.second - span.first));
  const scenario::Quantiles quantiles = scenario::QuantilesOf(std::move(latencies));
  scenario::Distribution* latency = result.mutable_config_latency_us();
  latency->set_count(quantiles.count);
  latency->set_p50(Microseconds(quantiles.p50.count()));
  latency->set_p99(Microseconds(quantiles.p99.count()));
  latency->set_max(Microseconds(quantiles.max.count()));
  latency->set_total(Microseconds(quantiles.total.count()));
  return result;
}

}  // namespace kernel_reference
