// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/headline.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "scenarios/diagnostics.h"
#include "scenarios/document.h"
#include "scenarios/scenario.pb.h"

namespace scenario {
namespace {

constexpr absl::string_view kKernelTestFolder = "scenarios/netns/";

Topic TopicOf(const file::Scenario& scenario, absl::string_view path) {
  if (absl::StartsWith(path, kKernelTestFolder)) return Topic::kKernelTest;
  const bool reconfigures =
      std::any_of(scenario.actions().begin(), scenario.actions().end(),
                  [](const file::Action& action) { return action.has_reconfigure(); });
  if (scenario.churn_size() > 0 || reconfigures) return Topic::kReconfiguration;
  return Topic::kTraffic;
}

std::string FirstSentence(const std::string& text) {
  const size_t end = text.find(". ");
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
