// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What kinds of traffic a flow may be, and handshake floods.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scenarios/unfold.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

constexpr int kLeastPayload = 16;
constexpr int kLeastSegment = 24;  // as large as its acknowledgement
constexpr int kMostPayload = 65507;
constexpr int kMostEcho = 65499;
constexpr int kMostSegments = 64;  // UDP_MAX_SEGMENTS
constexpr int kMostBurst = 10'000;
constexpr int kMostConnections = 1024;
constexpr int kMostWindow = 65536;
constexpr int64_t kMostBulkBytes = int64_t{1} << 50;
constexpr int kMostSources = 1 << 24;
constexpr int kMostSourcePorts = 64512;

}  // namespace

bool Unfolding::FlowKind(const Node& node, const file::Flow& flow, plan::Flow* out) {
  switch (flow.kind_case()) {
    case file::Flow::kStream:
      return StreamKind(node.Child("stream"), flow.stream(), out);
    case file::Flow::kRequests:
      RequestsKind(node.Child("requests"), flow.requests(), out);
      return true;
    case file::Flow::kTransactions:
      TransactionsKind(node.Child("transactions"), flow.transactions(), out);
      return true;
    case file::Flow::kBulk:
      BulkKind(node.Child("bulk"), flow.bulk(), out);
      return true;
    case file::Flow::kPing:
      PingKind(node.Child("ping"), flow.ping(), out);
      return true;
    case file::Flow::KIND_NOT_SET:
      break;
  }
  Wrong(node, "stream",
        "the flow has no traffic; write stream { rate: \"4000/s\" } or requests {}, "
        "transactions {}, bulk {}, ping {}");
  return false;
}

bool Unfolding::StreamKind(const Node& node, const file::Stream& stream, plan::Flow* out) {
  plan::Stream values;
  values.payload_bytes = static_cast<uint32_t>(Within(
      node, "payload_bytes", stream.payload_bytes(), kLeastPayload, kMostPayload, "bytes"));
  values.segments =
      static_cast<uint32_t>(Within(node, "segments", stream.segments(), 1, kMostSegments, "datagrams"));
  if (uint64_t{values.segments} * values.payload_bytes > kMostPayload) {
    Wrong(node, "segments",
          absl::StrCat(values.segments, " datagrams of ", values.payload_bytes,
                       " bytes are too much for one call; write at most ",
                       std::max<uint32_t>(1, kMostPayload / values.payload_bytes)));
  }
  values.burst = static_cast<uint32_t>(Within(node, "burst", stream.burst(), 1, kMostBurst, "calls"));
  values.spacing =
      stream.spacing() == file::POISSON ? plan::Spacing::kPoisson : plan::Spacing::kFixed;
  if (!stream.has_rate()) {
    Wrong(node, "rate", "is missing; write how fast at most, as rate: \"4000/s\" or \"32Mbit/s\"");
    return false;
  }
  const absl::StatusOr<plan::Rate> rate = ParsePacketRate(stream.rate(), values.payload_bytes);
  if (!rate.ok()) {
    Wrong(node, "rate", rate.status().message());
    return false;
  }
  values.packets = *rate;
  out->stream = values;
  return true;
}

void Unfolding::RequestsKind(const Node& node, const file::Requests& requests, plan::Flow* out) {
  plan::Requests values;
  values.request_bytes = static_cast<uint32_t>(Within(
      node, "request_bytes", requests.request_bytes(), kLeastPayload, kMostPayload, "bytes"));
  values.response_bytes = static_cast<uint32_t>(Within(
      node, "response_bytes", requests.response_bytes(), kLeastPayload, kMostPayload, "bytes"));
  values.think_time = Time(node, "think_time", requests.think_time());
  values.timeout = Time(node, "timeout", requests.timeout());
  if (values.timeout == sim::Duration(0) && ParseDuration(requests.timeout()).ok()) {
    Wrong(node, "timeout", "0s leaves no time for an answer; write more than 0s");
  }
  values.outstanding =
      static_cast<int>(Within(node, "outstanding", requests.outstanding(), 1, 1024, "requests"));
  out->requests = values;
}

void Unfolding::TransactionsKind(const Node& node, const file::Transactions& transactions,
                                 plan::Flow* out) {
  plan::Transactions values;
  values.request_bytes = static_cast<uint32_t>(Within(
      node, "request_bytes", transactions.request_bytes(), kLeastPayload, kMostPayload, "bytes"));
  values.response_bytes = static_cast<uint32_t>(Within(
      node, "response_bytes", transactions.response_bytes(), kLeastPayload, kMostPayload, "bytes"));
  values.think_time = Time(node, "think_time", transactions.think_time());
  values.connections = static_cast<int>(Within(node, "connections", transactions.connections(), 1,
                                               kMostConnections, "connections"));
  values.connect = transactions.connect();
  out->transactions = values;
}

void Unfolding::BulkKind(const Node& node, const file::Bulk& bulk, plan::Flow* out) {
  plan::Bulk values;
  values.segment_bytes = static_cast<uint32_t>(
      Within(node, "segment_bytes", bulk.segment_bytes(), kLeastSegment, kMostPayload, "bytes"));
  values.window =
      static_cast<uint32_t>(Within(node, "window", bulk.window(), 1, kMostWindow, "segments"));
  const uint64_t bytes = static_cast<uint64_t>(
      Within(node, "bytes", static_cast<int64_t>(std::min<uint64_t>(bulk.bytes(), INT64_MAX)), 0,
             kMostBulkBytes, "bytes"));
  values.segments = (bytes + values.segment_bytes - 1) / values.segment_bytes;
  out->bulk = values;
}

void Unfolding::PingKind(const Node& node, const file::Ping& ping, plan::Flow* out) {
  plan::Ping values;
  values.payload_bytes =
      static_cast<uint32_t>(Within(node, "payload_bytes", ping.payload_bytes(), 8, kMostEcho, "bytes"));
  values.interval = Time(node, "interval", ping.interval());
  if (values.interval < std::chrono::microseconds(1) && ParseDuration(ping.interval()).ok()) {
    Wrong(node, "interval", "leaves no time between two requests; write 1us or more");
  }
  values.count = ping.count();
  out->ping = values;
}

void Unfolding::OneFlood(const Node& node, const file::Flood& flood, int index) {
  plan::Flood values;
  values.name = flood.has_name() ? flood.name() : absl::StrCat("flood", index);
  if (flood.has_name() && !Name(node, "name", flood.name())) return;
  for (const plan::Flood& other : plan.floods) {
    if (other.name == values.name) {
      Wrong(node, "name",
            absl::StrCat("there is a flood \"", values.name, "\" already; choose another name"));
    }
  }
  values.from = FindHost(node, "from", flood.from());
  const int to = FindHost(node, "to", flood.to());
  const absl::StatusOr<plan::Rate> rate = ParsePacketRate(flood.rate(), 148);
  if (!flood.has_rate()) {
    Wrong(node, "rate", "is missing; write how many a second, as rate: \"10000/s\"");
  } else if (!rate.ok()) {
    Wrong(node, "rate", rate.status().message());
  } else {
    values.rate = *rate;
  }
  values.spacing =
      flood.spacing() == file::POISSON ? plan::Spacing::kPoisson : plan::Spacing::kFixed;
  switch (flood.message()) {
    case file::VALID_MAC1:
      values.message = plan::FloodMessage::kValidMac1;
      break;
    case file::INVALID_MAC1:
      values.message = plan::FloodMessage::kInvalidMac1;
      break;
    case file::REPEATED:
      values.message = plan::FloodMessage::kRepeated;
      break;
  }
  std::tie(values.start, values.stop) = Span(node, flood.start(), flood.has_stop(), flood.stop());
  if (values.from == plan::kNone || to == plan::kNone) return;
  values.device = FindDevice(node, "interface", to, flood.interface());
  if (neighbours_.count(std::minmax(values.from, to)) == 0) {
    if (underlay_ok_) {
      Wrong(node, "from",
            absl::StrCat("there is no link between ", HostName(values.from), " and ", HostName(to),
                         "; name a neighbour, or add a link"));
    }
    return;
  }
  if (values.device == plan::kNone) return;
  values.to.port = plan.devices[values.device].listen_port;
  FloodSources(node, flood, to, &values);
  plan.floods.push_back(std::move(values));
}

void Unfolding::FloodSources(const Node& node, const file::Flood& flood, int to,
                             plan::Flood* values) {
  std::optional<wg::Prefix> sources;
  if (flood.has_sources()) {
    sources = Prefix(node, "sources", -1, flood.sources(), -1);
    if (!sources.has_value()) return;
  }
  const auto address_of = [&](int host, wg::Family family) {
    for (const wg::IpAddress& address : plan.hosts[host].addresses) {
      if (family == wg::Family::kNone || address.family() == family) return address;
    }
    return wg::IpAddress();
  };
  const wg::Family family = sources.has_value() ? sources->family() : wg::Family::kNone;
  values->to.address = address_of(to, family);
  const wg::IpAddress own = address_of(values->from, values->to.address.family());
  if (!values->to.address || !own) {
    if (hosts_ok_) {
      Wrong(node, "sources",
            absl::StrCat(HostName(to), " and ", HostName(values->from),
                         " have no addresses of one family; write sources of a family that both have"));
    }
    return;
  }
  if (!sources.has_value()) sources = wg::Prefix::Host(own);
  const int width = own.width();
  const int length = static_cast<int>(Within(
      node, "source_length", flood.has_source_length() ? flood.source_length() : width,
      std::max(1, sources->length()), width, "bits"));
  const int bits = std::min(24, length - sources->length());
  values->source_addresses = static_cast<uint32_t>(Within(
      node, "source_addresses", flood.source_addresses(), 1,
      std::min<int64_t>(kMostSources, int64_t{1} << std::max(0, bits)), "addresses"));
  values->source_ports = static_cast<uint32_t>(
      Within(node, "source_ports", flood.source_ports(), 1, kMostSourcePorts, "ports"));
  values->source_length = length;
  values->first_source = sources->address();
  // What the device answers leaves where it came in.
  if (flood.has_sources()) plan.hosts[to].routes.push_back({*sources, own});
}

}  // namespace scenario
