// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/variant_result.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "protocol/check.h"
#include "scenarios/quantiles.h"
#include "scenarios/reconfiguration_book.h"
#include "scenarios/runner.h"

namespace scenario {
namespace {

// Only here, at the very end, do durations become fractions.
double Micros(sim::Duration duration) { return static_cast<double>(duration.count()) / 1e3; }
double Seconds(sim::Time time) {
  return static_cast<double>((time - sim::kStart).count()) / 1e9;
}

void Fill(std::vector<sim::Duration> values, Distribution* out, size_t zeros = 0) {
  const Quantiles q = QuantilesOf(std::move(values), zeros);
  out->set_count(q.count);
  out->set_p50(Micros(q.p50));
  out->set_p99(Micros(q.p99));
  out->set_max(Micros(q.max));
  out->set_total(Micros(q.total));
}

using Errnos = absl::btree_map<wg::Errno, uint64_t>;
// Place, reason and fault in words: entities that share a name are one place.
using Drops = absl::btree_map<std::array<std::string, 3>, uint64_t>;

template <typename Message>
void FillDrops(const Drops& drops, Message* out) {
  for (const auto& [cause, count] : drops) {
    DropCount* entry = out->add_drops();
    entry->set_place(cause[0]);
    entry->set_reason(cause[1]);
    entry->set_fault(cause[2]);
    entry->set_count(count);
  }
}

template <typename Message>
void Fill(const Errnos& errnos, const Drops& drops, Message* out) {
  for (const auto& [error, count] : errnos) {
    ErrnoCount* entry = out->add_errnos();
    entry->set_name(std::string(wg::ErrnoName(error)));
    entry->set_count(count);
  }
  FillDrops(drops, out);
}

template <typename Message>
void Fill(const FlowTotals& totals, Message* out) {
  out->set_offered(totals.offered);
  out->set_delivered(totals.delivered);
  out->set_refused(totals.refused);
  out->set_misdirected(totals.misdirected);
  out->set_dropped(totals.dropped);
  out->set_in_flight(totals.in_flight);
  out->set_late(totals.late);
}

// What is gathered of one group of flows.
struct Gathered {
  uint64_t flows = 0;
  FlowTotals totals;
  uint64_t outages = 0;
  sim::Duration longest_outage{};
  std::vector<sim::Duration> delays;
  std::vector<sim::Duration> round_trips;
  uint64_t timeouts = 0;
  uint64_t transactions = 0;
  uint64_t retransmissions = 0;
  sim::Duration longest_stall{};
  Errnos errnos;
  Drops drops;

  void FillGroup(ControlPlane::GroupExposures exposures, FlowGroup* out) {
    out->set_flows(flows);
    Fill(totals, out);
    const uint64_t lost = totals.refused + totals.misdirected + totals.dropped;
    if (totals.offered > 0) {
      out->set_loss_ratio(static_cast<double>(lost) / static_cast<double>(totals.offered));
    }
    out->set_outages(outages);
    out->set_longest_outage_us(Micros(longest_outage));
    out->set_timeouts(timeouts);
    out->set_transactions(transactions);
    out->set_retransmissions(retransmissions);
    out->set_longest_stall_us(Micros(longest_stall));
    Fill(std::move(exposures.exposed), out->mutable_exposure_us(), exposures.others);
    Fill(std::move(round_trips), out->mutable_round_trip_us());
    Fill(std::move(delays), out->mutable_delay_us());
    Fill(errnos, drops, out);
  }
};

Drops DropsOf(World& world, const FlowBook& book, const FlowAccount& account) {
  Drops drops;
  for (const auto& [number, count] : account.DropCauses()) {
    const FlowBook::Cause& cause = book.cause(number);
    drops[{std::string(world.trace().entity_name(cause.place)), std::string(cause.reason),
           std::string(cause.fault)}] += count;
  }
  return drops;
}

void AddFigures(const FlowEntry& entry, FlowFigures figures, Gathered* group, FlowResult* flow) {
  flow->set_timeouts(figures.timeouts);
  flow->set_transactions(figures.transactions);
  flow->set_retransmissions(figures.retransmissions);
  flow->set_longest_stall_us(Micros(figures.longest_stall));
  flow->set_acknowledged_bytes(figures.acknowledged_bytes);
  if (figures.active > sim::Duration(0)) {
    const double seconds = Micros(figures.active) / 1e6;
    flow->set_transactions_per_second(static_cast<double>(figures.transactions) / seconds);
    flow->set_goodput_bits_per_second(8 * static_cast<double>(figures.acknowledged_bytes) / seconds);
  }
  for (const auto& [what, count] : figures.icmp_errors) {
    IcmpErrorCount* error = flow->add_icmp_errors();
    error->set_from(what.first.ToString());
    error->set_name(std::string(wg::ErrnoName(what.second)));
    error->set_count(count);
  }
  group->timeouts += figures.timeouts;
  group->transactions += figures.transactions;
  group->retransmissions += figures.retransmissions;
  group->longest_stall = std::max(group->longest_stall, figures.longest_stall);
  // A ping's delay is the round trip already; a segment's is no round trip of an application.
  if (entry.flow->ping.has_value() || entry.flow->bulk.has_value()) {
    Fill(std::move(figures.round_trips), flow->mutable_round_trip_us());
    return;
  }
  group->round_trips.insert(group->round_trips.end(), figures.round_trips.begin(),
                            figures.round_trips.end());
  Fill(std::move(figures.round_trips), flow->mutable_round_trip_us());
}

void AddFloods(World& world, const FlowBook& book, const Traffic& traffic, VariantResult* result) {
  for (const FloodEntry& entry : traffic.floods()) {
    const FlowAccount& account = book.account(entry.account);
    CHECK(account.totals().Balances());
    const wg::DeviceCounters& counters =
        world.wire(entry.flood->device).tunnel->device().counters();
    FloodResult* flood = result->add_floods();
    flood->set_name(entry.flood->name);
    flood->set_sent(account.totals().offered);
    flood->set_unsent(account.totals().refused);
    flood->set_dropped(account.totals().dropped);
    flood->set_in_flight(account.totals().in_flight);
    flood->set_cookies_sent(counters.cookies_sent);
    flood->set_responses_sent(counters.responses_sent);
    FillDrops(DropsOf(world, book, account), flood);
  }
}

void AddFlow(World& world, const FlowBook& book, const FlowEntry& entry, sim::Time end,
             Gathered* group, std::vector<std::pair<Outage, std::string>>* outages,
             VariantResult* result) {
  const FlowAccount& account = book.account(entry.account);
  // The promise of the account: every packet ended as exactly one thing.
  CHECK(account.totals().Balances());
  FlowResult* flow = result->add_flows();
  flow->set_name(entry.name);
  flow->set_from(entry.from.ToString());
  flow->set_to(entry.to.ToString());
  flow->set_role(entry.role == plan::Role::kBystander ? "bystander" : "touched");
  Fill(account.totals(), flow);
  flow->set_bytes_delivered(account.totals().delivered * entry.payload_bytes);

  ++group->flows;
  group->totals += account.totals();
  const std::vector<Outage> found = account.Outages(end);
  sim::Duration longest{};
  for (const Outage& outage : found) {
    longest = std::max(longest, outage.length());
    outages->push_back({outage, entry.name});
  }
  flow->set_outages(found.size());
  flow->set_longest_outage_us(Micros(longest));
  group->outages += found.size();
  group->longest_outage = std::max(group->longest_outage, longest);

  std::vector<sim::Duration> delays = account.Delays();
  group->delays.insert(group->delays.end(), delays.begin(), delays.end());
  Fill(std::move(delays), flow->mutable_delay_us());
  if (entry.meter != nullptr) AddFigures(entry, entry.meter->Figures(end), group, flow);
  const Drops drops = DropsOf(world, book, account);
  for (const auto& [error, count] : account.refusals()) group->errnos[error] += count;
  for (const auto& [cause, count] : drops) group->drops[cause] += count;
  Fill(account.refusals(), drops, flow);
}

void AddReconfigurations(World& world, const ControlPlane& control, VariantResult* result) {
  const Plan& plan = world.plan();
  const ReconfigurationBook& book = control.book();
  result->set_reconfigurations(book.count());
  result->set_steps(book.steps());
  result->set_messages(book.messages());
  result->set_failed_messages(book.failed_messages());
  result->set_unfinished(book.unfinished());
  Fill(book.config_latencies(), result->mutable_config_latency_us());
  Fill(book.change_latencies(), result->mutable_change_latency_us());
  for (const ReconfigurationLog& log : book.worst()) {
    const plan::Device& device = plan.devices[log.device];
    ReconfigurationRecord* record = result->add_reconfiguration_records();
    record->set_at_seconds(Seconds(log.begin));
    record->set_host(plan.hosts[device.host].name);
    record->set_peer(plan.hosts[plan.devices[device.peers[log.peer].device].host].name);
    record->set_what(log.what);
    record->set_steps(log.steps);
    record->set_messages(log.messages);
    if (log.finished) record->set_config_latency_us(Micros(log.end - log.begin));
    record->set_exposure_us(Micros(log.exposure));
    record->set_exposed_address(log.exposed.ToString());
  }
}

void AddOutageRecords(std::vector<std::pair<Outage, std::string>> outages, VariantResult* result) {
  std::stable_sort(outages.begin(), outages.end(), [](const auto& a, const auto& b) {
    return a.first.length() != b.first.length() ? a.first.length() > b.first.length()
                                                : a.first.begin < b.first.begin;
  });
  if (outages.size() > kMaxRecords) outages.resize(kMaxRecords);
  for (const auto& [outage, flow] : outages) {
    OutageRecord* record = result->add_outage_records();
    record->set_at_seconds(Seconds(outage.begin));
    record->set_length_us(Micros(outage.length()));
    record->set_flow(flow);
    record->set_packets(outage.packets);
  }
}

void AddFaults(const Plan& plan, const Faults& faults, VariantResult* result) {
  absl::btree_map<std::string, uint64_t> dropped;
  for (const FlowGroup* group : {&result->bystanders(), &result->touched()}) {
    for (const DropCount& drop : group->drops()) dropped[drop.fault()] += drop.count();
  }
  for (size_t i = 0; i < plan.faults.size(); ++i) {
    FaultResult* fault = result->add_faults();
    fault->set_name(plan.faults[i].when.name);
    fault->set_what(plan.faults[i].words);
    fault->set_times(static_cast<uint64_t>(faults.begun(i)));
    fault->set_dropped(dropped[plan.faults[i].when.name]);
  }
}

}  // namespace

VariantResult MakeVariantResult(World& world, const FlowBook& book, const Traffic& traffic,
                                const ControlPlane& control, const Faults* faults, sim::Time end) {
  const Plan& plan = world.plan();
  VariantResult result;
  result.set_name(plan.variant);
  result.set_method(plan::Name(plan.method));
  result.set_implementation(plan::Name(plan.implementation));
  AddReconfigurations(world, control, &result);

  Gathered bystanders, touched;
  std::vector<std::pair<Outage, std::string>> outages;
  for (const FlowEntry& entry : traffic.entries()) {
    Gathered* group = entry.role == plan::Role::kBystander ? &bystanders : &touched;
    AddFlow(world, book, entry, end, group, &outages, &result);
  }
  bystanders.FillGroup(control.Exposures(Group::kBystander), result.mutable_bystanders());
  touched.FillGroup(control.Exposures(Group::kTouched), result.mutable_touched());
  AddOutageRecords(std::move(outages), &result);

  AddFloods(world, book, traffic, &result);
  if (faults != nullptr) AddFaults(plan, *faults, &result);
  uint64_t handshakes = 0, bytes = 0, created = 0, removed = 0, sessions_lost = 0;
  uint64_t cookies = 0, responses = 0;
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    const wg::DeviceCounters& counters =
        world.wire(static_cast<int>(i)).tunnel->device().counters();
    handshakes += counters.handshakes_initiated;
    bytes += counters.tx_bytes;
    created += counters.peers_created - plan.devices[i].peers.size();
    removed += counters.peers_removed;
    sessions_lost += counters.sessions_lost;
    cookies += counters.cookies_sent;
    responses += counters.responses_sent;
  }
  result.set_peers_created(created);
  result.set_peers_removed(removed);
  result.set_sessions_lost(sessions_lost);
  result.set_handshakes(handshakes);
  result.set_bytes_sent(bytes);
  result.set_cookies_sent(cookies);
  result.set_responses_sent(responses);
  result.set_events(world.loop().events_executed());
  result.set_trace_hash(absl::StrFormat("%016x", world.trace().hash()));
  return result;
}

}  // namespace scenario
