// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Headline: what a list of scenarios says of one, found without unfolding it: a thousand machines cost no more than two.
#ifndef WGSIM_SCENARIOS_HEADLINE_H_
#define WGSIM_SCENARIOS_HEADLINE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace scenario {

// In the order in which they are listed.
enum class Topic { kReconfiguration, kManagers, kFaults, kTraffic, kKernelTest };
inline constexpr Topic kTopics[] = {Topic::kReconfiguration, Topic::kManagers, Topic::kFaults, Topic::kTraffic,
                                    Topic::kKernelTest};

// "Changes of the configuration".
const char* TitleOf(Topic topic);

struct Headline {
  Topic topic = Topic::kTraffic;
  // The first sentence or two of the description; what is wrong with the file, if it cannot be read.
  std::string sentence;
};

// `path` as the file is shipped: "scenarios/netns/ping.textproto".
Headline HeadlineOf(absl::string_view text, absl::string_view path);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_HEADLINE_H_
