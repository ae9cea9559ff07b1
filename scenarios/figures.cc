// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/figures.h"

#include <cmath>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "scenarios/text_layout.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Figures = absl::btree_map<std::string, double>;

// What a group or a distribution holds so much of; without any, the rest says nothing.
constexpr const char* kSizes[] = {"flows", "count"};

bool IsNumber(const FieldDescriptor* field) {
  return !field->is_repeated() && (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT64 ||
                                   field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE);
}

double NumberIn(const Message& message, const FieldDescriptor* field) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_UINT64
             ? static_cast<double>(message.GetReflection()->GetUInt64(message, field))
             : message.GetReflection()->GetDouble(message, field);
}

void AddMessage(const Message& message, const std::string& prefix, Figures* figures) {
  const auto* type = message.GetDescriptor();
  for (const char* size : kSizes) {
    const FieldDescriptor* field = prefix.empty() ? nullptr : type->FindFieldByName(size);
    if (field == nullptr || !IsNumber(field) || NumberIn(message, field) != 0) continue;
    (*figures)[absl::StrCat(prefix, size)] = 0;
    return;
  }
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const std::string name = absl::StrCat(prefix, field->name());
    if (IsNumber(field)) {
      (*figures)[name] = NumberIn(message, field);
    } else if (field->message_type() != nullptr && !field->is_repeated()) {
      AddMessage(message.GetReflection()->GetMessage(message, field), name + ".", figures);
    }
  }
}

void AddParts(const FlowGroup& group, const std::string& prefix, Figures* figures) {
  for (const ErrnoCount& part : group.errnos()) {
    (*figures)[absl::StrCat(prefix, "errnos[\"", part.name(), "\"]")] += static_cast<double>(part.count());
  }
  for (const DropCount& part : group.drops()) {
    (*figures)[absl::StrCat(prefix, "drops[\"", part.reason(), "\"]")] += static_cast<double>(part.count());
  }
}

struct Words {
  const char* name;
  Better better;
  int weight;
  const char* words;
};

// Of a group of flows.
constexpr Words kOfFlows[] = {
    {"flows", Better::kNeither, 3, "flows"},
    {"offered", Better::kNeither, 1, "packets that applications sent"},
    {"delivered", Better::kMore, 7, "packets that arrived"},
    {"refused", Better::kLess, 9, "packets whose send call failed"},
    {"misdirected", Better::kLess, 10, "packets sealed to a peer that is not the owner"},
    {"dropped", Better::kLess, 9, "packets dropped on the way"},
    {"in_flight", Better::kNeither, 1, "packets under way at the end"},
    {"late", Better::kLess, 6, "packets that arrived late"},
    {"loss_ratio", Better::kLess, 8, "share of packets that were lost"},
    {"outages", Better::kLess, 8, "interruptions"},
    {"longest_outage_us", Better::kLess, 8, "longest interruption"},
    {"timeouts", Better::kLess, 8, "requests without an answer in time"},
    {"exposure_us", Better::kLess, 8, "how long a change left an address without its owner"},
    {"round_trip_us", Better::kLess, 5, "from a request to its answer"},
    {"delay_us", Better::kLess, 5, "from sender to receiver"},
    {"duplicates", Better::kNeither, 1, "further copies of packets"},
    {"errnos", Better::kLess, 7, "what send calls failed with"},
    {"drops", Better::kLess, 7, "why packets were dropped"},
    {"transactions", Better::kMore, 5, "transactions that were finished"},
    {"retransmissions", Better::kLess, 7, "packets that were sent again"},
    {"longest_stall_us", Better::kLess, 8, "longest time without progress"},
};

// Of a variant.
constexpr Words kOfVariant[] = {
    {"reconfigurations", Better::kNeither, 3, "things that operators meant to do"},
    {"steps", Better::kLess, 3, "changes that readers see"},
    {"messages", Better::kLess, 3, "configuration requests"},
    {"failed_messages", Better::kLess, 8, "requests answered with an error"},
    {"unfinished", Better::kLess, 6, "reconfigurations not done at the end"},
    {"config_latency_us", Better::kLess, 5, "how long a reconfiguration takes"},
    {"change_latency_us", Better::kLess, 5, "from hearing of a change to its being done"},
    {"peers_created", Better::kNeither, 2, "peers that were created"},
    {"peers_removed", Better::kNeither, 2, "peers that were removed"},
    {"sessions_lost", Better::kLess, 6, "sessions that ended with their peer"},
    {"handshakes", Better::kNeither, 2, "handshakes completed"},
    {"bytes_sent", Better::kNeither, 2, "bytes that WireGuard sent"},
    {"cookies_sent", Better::kNeither, 2, "cookie replies sent"},
    {"responses_sent", Better::kNeither, 2, "handshake responses sent"},
    {"checks_held", Better::kMore, 9, "checks of scripts that held"},
    {"checks_failed", Better::kLess, 10, "checks of scripts that did not hold"},
    {"events", Better::kNeither, 1, "events of the simulation"},
};

constexpr Words kOfDistribution[] = {
    {"count", Better::kNeither, -1, "number of values"}, {"p50", Better::kLess, 0, "median"},
    {"p99", Better::kLess, 0, "99 of 100"},              {"max", Better::kLess, 0, "longest"},
    {"total", Better::kLess, -1, "sum"},
};

template <size_t n>
const Words* Find(const Words (&table)[n], absl::string_view name) {
  for (const Words& words : table) {
    if (name == words.name) return &words;
  }
  return nullptr;
}

}  // namespace

Figures FiguresOf(const VariantResult& variant) {
  Figures figures;
  AddMessage(variant, "", &figures);
  AddParts(variant.bystanders(), "bystanders.", &figures);
  AddParts(variant.touched(), "touched.", &figures);
  return figures;
}

FigureMeaning MeaningOf(absl::string_view figure) {
  const bool bystanders = absl::ConsumePrefix(&figure, "bystanders.");
  const bool touched = !bystanders && absl::ConsumePrefix(&figure, "touched.");
  const absl::string_view name = figure.substr(0, figure.find_first_of(".["));
  const absl::string_view rest = figure.substr(name.size());
  const Words* words = bystanders || touched ? Find(kOfFlows, name) : Find(kOfVariant, name);
  if (words == nullptr) return {Better::kNeither, 2, "see result.proto"};
  FigureMeaning meaning{words->better, words->weight, words->words};
  if (absl::StartsWith(rest, ".")) {
    if (const Words* part = Find(kOfDistribution, rest.substr(1)); part != nullptr) {
      if (part->better == Better::kNeither) meaning.better = Better::kNeither;
      meaning.weight += part->weight;
      absl::StrAppend(&meaning.words, ", ", part->words);
    }
  }
  if (bystanders) {
    meaning.weight += 10;
    absl::StrAppend(&meaning.words, " (of flows that nobody meant to touch)");
  }
  if (touched) {
    meaning.weight = 4;
    absl::StrAppend(&meaning.words, " (of flows whose address is taken away)");
  }
  return meaning;
}

std::string FigureText(absl::string_view figure, double value) {
  if (absl::StrContains(figure, "_us") && !absl::EndsWith(figure, ".count")) return MicrosecondsText(value);
  if (absl::EndsWith(figure, "_ratio")) return absl::StrFormat("%.4g %%", 100 * value);
  if (value == std::floor(value) && value >= 0 && value < 1e15) return WithCommas(static_cast<uint64_t>(value));
  return absl::StrFormat("%.6g", value);
}

}  // namespace scenario
