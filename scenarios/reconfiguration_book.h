// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ReconfigurationBook: what is kept of the reconfigurations of a run that are over: sums, latencies, and the records of
// the worst. There may be millions; a record is written down in full only while its reconfiguration is under way.
#ifndef WGSIM_SCENARIOS_RECONFIGURATION_BOOK_H_
#define WGSIM_SCENARIOS_RECONFIGURATION_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/ip.h"
#include "scenarios/plan_index.h"
#include "sim/time.h"

namespace scenario {

// One reconfiguration that is over, or that the end of the run found waiting or under way.
struct ReconfigurationLog {
  sim::Time noticed{};  // its manager heard of the change
  sim::Time begin{};
  sim::Time end{};
  bool begun = false;
  bool finished = false;
  int device = plan::kNone;
  int peer = plan::kNone;  // the first peer it is about, among the device's
  std::string what;        // "remove 10.1.0.7/32"
  uint32_t steps = 0;  // changes a reader can see
  uint32_t messages = 0;
  uint32_t failed_messages = 0;
  // The address that was exposed for longest, and how long; unspecified and 0 if none was.
  wg::IpAddress exposed;
  sim::Duration exposure{};
};

class ReconfigurationBook {
 public:
  // Keeps `most_records` of the longest exposures.
  explicit ReconfigurationBook(size_t most_records) : most_records_(most_records) {}

  // In the order of their ends.
  void Add(ReconfigurationLog log);

  uint64_t count() const { return count_; }
  uint64_t unfinished() const { return unfinished_; }
  uint64_t steps() const { return steps_; }
  uint64_t messages() const { return messages_; }
  uint64_t failed_messages() const { return failed_messages_; }
  // Of the finished ones, in their order: from the first message to the last answer, and from the notice on.
  const std::vector<sim::Duration>& config_latencies() const { return config_latencies_; }
  const std::vector<sim::Duration>& change_latencies() const { return change_latencies_; }
  // Those that exposed an address, the longest first; of equal ones the one that began first, then that which ended first.
  const std::vector<ReconfigurationLog>& worst() const { return worst_; }

 private:
  const size_t most_records_;
  uint64_t count_ = 0;
  uint64_t unfinished_ = 0;
  uint64_t steps_ = 0;
  uint64_t messages_ = 0;
  uint64_t failed_messages_ = 0;
  std::vector<sim::Duration> config_latencies_;
  std::vector<sim::Duration> change_latencies_;
  std::vector<ReconfigurationLog> worst_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_RECONFIGURATION_BOOK_H_
