// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/runner.h"

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "conformance/observed_target.h"
#include "conformance/script.h"
#include "protocol/time.h"

namespace conformance {
namespace {

// "x", or "x*" for all that begins so.
bool Fits(absl::string_view text, absl::string_view pattern) {
  return absl::ConsumeSuffix(&pattern, "*") ? absl::StartsWith(text, pattern) : text == pattern;
}

// What does not fit is of the flood kind.
constexpr size_t kLongestHistory = 1000;

void Tell(const Observation& one, wg::BootTime began, file::Observation* out) {
  switch (one.kind) {
    case Observation::Kind::kReceived:
      out->set_kind(file::Observation::RECEIVED);
      break;
    case Observation::Kind::kSent:
      out->set_kind(file::Observation::SENT);
      break;
    case Observation::Kind::kEntered:
      out->set_kind(file::Observation::ENTERED);
      break;
    case Observation::Kind::kLeft:
      out->set_kind(file::Observation::LEFT);
      break;
    case Observation::Kind::kHappened:
      out->set_kind(file::Observation::HAPPENED);
      break;
  }
  out->set_at_ns((one.at - began).count());
  if (one.other) out->set_other(one.other.ToString());
  if (one.own) out->set_own(one.own.ToString());
  if (!one.words.empty()) {
    out->set_words(one.words);
  } else {
    out->set_bytes(absl::BytesToHexString(
        absl::string_view(reinterpret_cast<const char*>(one.bytes.data()), one.bytes.size())));
  }
}

// What led to the findings.
void TellHistory(Script* script, file::AssertionReport* report) {
  // Asked for here: it is no part of what is told.
  report->set_port(script->target().Read().listen_port);
  const std::vector<Observation>& history = script->history();
  const size_t left_out = history.size() - std::min(history.size(), kLongestHistory);
  if (left_out != 0) report->set_history_left_out(static_cast<uint32_t>(left_out));
  for (size_t i = left_out; i < history.size(); ++i) {
    Tell(history[i], script->began(), report->add_history());
  }
  report->set_key_log(script->KeyLog());
}

void Judge(Script* script, file::AssertionReport* report) {
  report->set_checks(static_cast<uint32_t>(script->checks()));
  report->set_took_ns(script->elapsed().count());
  for (const Finding& finding : script->findings()) {
    file::Finding* found = report->add_findings();
    found->set_what(finding.what);
    found->set_expected(finding.expected);
    found->set_seen(finding.seen);
    found->set_at_ns(finding.at.count());
    found->set_after(static_cast<uint32_t>(finding.after));
  }
  report->set_verdict(script->findings().empty() ? file::PASS : file::FAIL);
  if (const std::string what = script->unsupported(); !what.empty()) {
    report->set_verdict(file::UNSUPPORTED);
    report->set_reason(what);
    // They come of it.
    report->clear_findings();
  }
  if (!script->undecided().empty() && report->verdict() == file::PASS) {
    report->set_verdict(file::INCONCLUSIVE);
    report->set_reason(script->undecided());
  }
  if (report->verdict() == file::FAIL) TellHistory(script, report);
}

void Skip(absl::string_view why, file::AssertionReport* report) {
  report->set_verdict(file::SKIP);
  report->set_reason(std::string(why));
}

// Why an assertion that needs `missing` is not run; "" if nothing is missing.
std::string Lacking(Abilities missing) {
  if ((missing & kVirtualTime) != 0) return "depends on instants that real time cannot keep";
  if ((missing & kSendErrors) != 0) return "the target does not tell what a sender is told";
  if ((missing & kNetlink) != 0) return "only netlink can say it";
  if ((missing & kTextProtocol) != 0) return "the target does not speak the text protocol";
  return "";
}

}  // namespace

bool Matches(const Assertion& assertion, absl::string_view pattern) {
  const std::string wanted = absl::AsciiStrToUpper(pattern);
  const std::string name = absl::AsciiStrToUpper(assertion.name);
  if (Fits(name, wanted) || (!absl::EndsWith(wanted, "*") && absl::StrContains(name, wanted))) {
    return true;
  }
  const std::vector<std::string> ids = IdsOf(assertion.name);
  return std::any_of(ids.begin(), ids.end(),
                     [&](const std::string& id) { return Fits(id, wanted); });
}

std::vector<Assertion> Select(absl::Span<const Assertion> all, const Selection& selection,
                              std::vector<std::string>* unmatched) {
  const auto in = [](const Assertion& assertion, const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return Matches(assertion, pattern); });
  };
  for (const auto* patterns : {&selection.only, &selection.skip}) {
    for (const std::string& pattern : *patterns) {
      if (std::none_of(all.begin(), all.end(),
                       [&](const Assertion& one) { return Matches(one, pattern); })) {
        unmatched->push_back(pattern);
      }
    }
  }
  std::vector<Assertion> selected;
  for (const Assertion& assertion : all) {
    if (!selection.only.empty() && !in(assertion, selection.only)) continue;
    if (!in(assertion, selection.skip)) selected.push_back(assertion);
  }
  return selected;
}

file::AssertionReport RunAssertion(const Assertion& assertion, Target* target, bool slow) {
  file::AssertionReport report;
  report.set_name(std::string(assertion.name));
  for (std::string& id : IdsOf(assertion.name)) report.add_requirements(std::move(id));
  const std::string lacking = Lacking(assertion.needs & ~target->abilities());
  if (!lacking.empty()) {
    Skip(lacking, &report);
  } else if (assertion.is_slow && !slow && !target->has_virtual_time()) {
    Skip("takes more than 10 s: --slow", &report);
  } else {
    Script script(target);
    assertion.run(script);
    script.CheckNoFault();
    Judge(&script, &report);
  }
  return report;
}

bool IsExpectedToFail(const file::Expectations& expectations, absl::string_view target,
                      absl::string_view assertion) {
  return std::any_of(expectations.fails().begin(), expectations.fails().end(),
                     [&](const file::Expectation& one) {
                       return Fits(target, one.target()) && Fits(assertion, one.assertion());
                     });
}

void ApplyExpectations(const file::Expectations& expectations, file::TargetReport* report) {
  for (const file::Expectation& expected : expectations.fails()) {
    if (!Fits(report->target(), expected.target())) continue;
    bool used = false;
    for (file::AssertionReport& one : *report->mutable_assertions()) {
      if (!Fits(one.name(), expected.assertion())) continue;
      used = true;
      if (one.verdict() == file::FAIL) {
        one.set_verdict(file::XFAIL);
      } else if (one.verdict() == file::PASS) {
        one.set_verdict(file::XPASS);
      } else {
        continue;
      }
      one.set_reason(expected.reason());
    }
    // Only a run of everything can tell that an expectation is in vain.
    const bool whole = static_cast<size_t>(report->assertions_size()) >= AllAssertions().size();
    if (!used && whole) report->add_unmatched(expected.assertion());
  }
}

file::TargetReport RunAssertions(absl::Span<const Assertion> assertions,
                                 absl::string_view target_name, const TargetFactory& make,
                                 const file::Expectations& expectations, bool slow) {
  file::TargetReport report;
  report.set_target(std::string(target_name));
  for (const Assertion& assertion : assertions) {
    *report.add_assertions() = RunAssertion(assertion, make().get(), slow);
  }
  ApplyExpectations(expectations, &report);
  return report;
}

bool Succeeded(const file::Report& report, bool strict) {
  for (const file::TargetReport& target : report.targets()) {
    if (target.unmatched_size() != 0) return false;
    for (const file::AssertionReport& one : target.assertions()) {
      if (one.verdict() == file::FAIL || one.verdict() == file::XPASS) return false;
      if (strict && one.verdict() != file::PASS && one.verdict() != file::XFAIL) return false;
    }
  }
  return true;
}

}  // namespace conformance
