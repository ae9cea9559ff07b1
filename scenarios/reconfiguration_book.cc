// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/reconfiguration_book.h"

#include <algorithm>
#include <utility>

namespace scenario {

void ReconfigurationBook::Add(ReconfigurationLog log) {
  ++count_;
  steps_ += log.steps;
  messages_ += log.messages;
  failed_messages_ += log.failed_messages;
  if (log.finished) {
    config_latencies_.push_back(log.end - log.begin);
    change_latencies_.push_back(log.end - log.noticed);
  } else {
    ++unfinished_;
  }
  if (log.exposure == sim::Duration(0)) return;
  const auto at = std::upper_bound(
      worst_.begin(), worst_.end(), log,
      [](const ReconfigurationLog& a, const ReconfigurationLog& b) {
        return a.exposure != b.exposure ? a.exposure > b.exposure : a.begin < b.begin;
      });
  if (at == worst_.end() && worst_.size() == most_records_) return;
  worst_.insert(at, std::move(log));
  if (worst_.size() > most_records_) worst_.pop_back();
}

}  // namespace scenario
