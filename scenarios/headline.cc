// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/headline.h"

#include <algorithm>
#include <initializer_list>

#include "absl/strings/match.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "scenarios/diagnostics.h"
#include "scenarios/document.h"
#include "scenarios/scenario.pb.h"

namespace scenario {
namespace {

constexpr absl::string_view kKernelTestFolder = "scenarios/netns/";

// Whether `message` says something in one of these fields. By name: not every version of the language has all of them.
bool Says(const google::protobuf::Message& message, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* name) {
    const google::protobuf::FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) return false;
    const auto* reflection = message.GetReflection();
    return field->is_repeated() ? reflection->FieldSize(message, field) > 0 : reflection->HasField(message, field);
  });
}

template <typename Messages>
bool AnySays(const Messages& messages, std::initializer_list<const char*> names) {
  return std::any_of(messages.begin(), messages.end(), [&](const auto& message) { return Says(message, names); });
}

Topic TopicOf(const file::Scenario& scenario, absl::string_view path) {
  if (absl::StartsWith(path, kKernelTestFolder)) return Topic::kKernelTest;
  if (Says(scenario, {"faults"})) return Topic::kFaults;
  if (AnySays(scenario.managers(), {"program"}) || AnySays(scenario.variants(), {"program"})) return Topic::kManagers;
  if (Says(scenario, {"churn"}) || AnySays(scenario.actions(), {"reconfigure"})) return Topic::kReconfiguration;
  return Topic::kTraffic;
}

// Shorter than this, a sentence says too little: the next one follows.
constexpr size_t kShort = 50;

std::string FirstSentence(const std::string& text) {
  size_t end = text.find(". ");
  while (end != std::string::npos && end < kShort) end = text.find(". ", end + 1);
  std::string sentence = text.substr(0, end == std::string::npos ? text.size() : end);
  if (absl::EndsWith(sentence, ".")) sentence.pop_back();
  return sentence;
}

}  // namespace

const char* TitleOf(Topic topic) {
  switch (topic) {
    case Topic::kReconfiguration:
      return "Changes of the configuration";
    case Topic::kManagers:
      return "Programs that manage WireGuard, as they really do it";
    case Topic::kFaults:
      return "Faults: of links, machines, programs and memory";
    case Topic::kTraffic:
      return "Traffic, cores and queues";
    case Topic::kKernelTest:
      return "The kernel's own test in network namespaces, block by block";
  }
  return "";
}

Headline HeadlineOf(absl::string_view text, absl::string_view path) {
  file::Scenario scenario;
  Diagnostics diagnostics;
  const Document document(text, path, &scenario, &diagnostics);
  if (!diagnostics.empty()) return {TopicOf(scenario, path), diagnostics.Sorted().front().ToString()};
  return {TopicOf(scenario, path), FirstSentence(scenario.description())};
}

}  // namespace scenario
