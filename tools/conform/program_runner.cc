// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/conform/program_runner.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "conformance/runner.h"
#include "tools/conform/program_target.h"
#include "tools/conform/sandbox.h"

namespace conformance {
namespace {

using Clock = std::chrono::steady_clock;

// For each processor: most of the time a target waits.
constexpr int kQuickJobs = 4;
constexpr int kSlowJobs = 40;
constexpr int kRepetitions = 2;
// Of the target's time; what has no end by then has none.
constexpr std::chrono::minutes kLongest(2), kLongestSlow(20);

// Within the sandbox: the report, serialized.
std::string RunInside(const Assertion& assertion, const ProgramRun& run) {
  file::AssertionReport report;
  absl::StatusOr<std::unique_ptr<ProgramTarget>> target =
      ProgramTarget::Start(run.target, run.script);
  if (target.ok()) {
    report = RunAssertion(assertion, target->get(), run.slow);
    if (!(*target)->obstacle().empty() && report.verdict() != file::UNSUPPORTED) {
      report.set_verdict(file::INCONCLUSIVE);
      report.set_reason((*target)->obstacle());
    }
  } else {
    report.set_name(std::string(assertion.name));
    for (std::string& id : IdsOf(assertion.name)) report.add_requirements(std::move(id));
    report.set_verdict(target.status().code() == absl::StatusCode::kUnimplemented
                           ? file::UNSUPPORTED
                           : file::INCONCLUSIVE);
    report.set_reason(std::string(target.status().message()));
  }
  return report.SerializeAsString();
}

// One run of an assertion that goes on.
struct Job {
  size_t number;  // of the assertion
  Sandbox sandbox;
  Clock::time_point end;
};

class Pool {
 public:
  Pool(absl::Span<const Assertion> assertions, const ProgramRun& run)
      : assertions_(assertions), run_(run) {}

  // Runs assertions[n] for each n of `numbers`, `at_once` of them at a time; `done` gets each
  // report as it comes.
  absl::Status Run(std::vector<size_t> numbers, int at_once,
                   const std::function<void(size_t, file::AssertionReport)>& done) {
    std::reverse(numbers.begin(), numbers.end());
    while (!numbers.empty() || !jobs_.empty()) {
      while (!numbers.empty() && jobs_.size() < static_cast<size_t>(at_once)) {
        if (absl::Status status = Begin(numbers.back()); !status.ok()) return status;
        numbers.pop_back();
      }
      Wait();
      for (auto job = jobs_.begin(); job != jobs_.end();) {
        if (job->sandbox.Read()) {
          if (Clock::now() > job->end) job->sandbox.Kill();
          ++job;
          continue;
        }
        done(job->number, Finish(&*job));
        job = jobs_.erase(job);
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Begin(size_t number) {
    const Assertion& assertion = assertions_[number];
    absl::StatusOr<Sandbox> sandbox = Sandbox::Start([&] { return RunInside(assertion, run_); });
    if (!sandbox.ok()) return sandbox.status();
    jobs_.push_back({number, *std::move(sandbox),
                     Clock::now() + (assertion.is_slow ? kLongestSlow : kLongest)});
    return absl::OkStatus();
  }

  void Wait() {
    constexpr int kLongestMs = 1000;
    std::vector<pollfd> wait;
    for (const Job& job : jobs_) wait.push_back({job.sandbox.fd(), POLLIN, 0});
    poll(wait.data(), wait.size(), kLongestMs);
  }

  file::AssertionReport Finish(Job* job) {
    file::AssertionReport report;
    const absl::StatusOr<std::string> said = job->sandbox.Wait();
    if (said.ok() && report.ParseFromString(*said)) return report;
    const Assertion& assertion = assertions_[job->number];
    report.Clear();
    report.set_name(std::string(assertion.name));
    for (std::string& id : IdsOf(assertion.name)) report.add_requirements(std::move(id));
    report.set_verdict(file::INCONCLUSIVE);
    report.set_reason(std::string(said.ok() ? "no report" : said.status().message()));
    return report;
  }

  const absl::Span<const Assertion> assertions_;
  const ProgramRun& run_;
  std::list<Job> jobs_;
};

bool WantsAnother(const ProgramRun& run, const file::AssertionReport& report) {
  return report.verdict() == file::INCONCLUSIVE || report.verdict() == file::UNSUPPORTED ||
         (report.verdict() == file::FAIL &&
          !IsExpectedToFail(*run.expectations, run.target, report.name()));
}

// What several runs together say; the first one failed or was not decided.
file::AssertionReport Together(const std::vector<file::AssertionReport>& runs) {
  const auto count = [&](file::Verdict verdict) {
    return std::count_if(runs.begin(), runs.end(),
                         [&](const auto& one) { return one.verdict() == verdict; });
  };
  const auto all = static_cast<ptrdiff_t>(runs.size());
  for (const file::Verdict verdict : {file::FAIL, file::INCONCLUSIVE, file::UNSUPPORTED}) {
    if (count(verdict) == all) return runs.back();
  }
  file::AssertionReport report = runs.front();
  if (count(file::PASS) == all - 1) {
    report = runs.back();
    report.set_reason(
        absl::StrCat("the first of ", all, " runs ",
                     runs.front().verdict() == file::FAIL ? "failed" : "decided nothing"));
    return report;
  }
  report.set_verdict(file::INCONCLUSIVE);
  report.set_reason(
      absl::StrCat(count(file::FAIL), " of ", all, " runs failed, ", count(file::PASS), " passed"));
  return report;
}

}  // namespace

absl::StatusOr<file::TargetReport> RunAgainstProgram(absl::Span<const Assertion> assertions,
                                                     const ProgramRun& run) {
  if (absl::Status status = SandboxesArePermitted(); !status.ok()) return status;
  std::vector<std::vector<file::AssertionReport>> runs(assertions.size());
  std::vector<size_t> quick, slow;
  for (size_t i = 0; i < assertions.size(); ++i)
    (assertions[i].is_slow && run.slow ? slow : quick).push_back(i);
  const int processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  size_t finished = 0;
  Pool pool(assertions, run);
  for (int repetition = 0; repetition <= kRepetitions; ++repetition) {
    for (std::vector<size_t>* numbers : {&quick, &slow}) {
      const int at_once = run.jobs > 0       ? run.jobs
                          : numbers == &slow ? kSlowJobs
                                             : kQuickJobs * processors;
      const auto done = [&](size_t number, file::AssertionReport report) {
        runs[number].push_back(std::move(report));
        if (repetition == 0) run.progress(++finished, assertions.size());
      };
      if (absl::Status status = pool.Run(*numbers, at_once, done); !status.ok()) return status;
      numbers->erase(
          std::remove_if(numbers->begin(), numbers->end(),
                         [&](size_t number) { return !WantsAnother(run, runs[number].front()); }),
          numbers->end());
    }
  }
  file::TargetReport report;
  report.set_target(run.target);
  for (const auto& of_one : runs) {
    *report.add_assertions() = of_one.size() == 1 ? of_one.front() : Together(of_one);
  }
  ApplyExpectations(*run.expectations, &report);
  return report;
}

}  // namespace conformance
