// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/report_text.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "conformance/assertion.h"
#include "protocol/check.h"
#include "scenarios/replay.h"
#include "sim/net/headers.h"

namespace conformance {
namespace {

std::string Seconds(int64_t ns) {
  return absl::StrFormat("%d.%09d s", ns / 1'000'000'000, ns % 1'000'000'000);
}

// "NOISE-029 030 PEER-020".
std::string ShortIds(const file::AssertionReport& one) {
  std::string out, family;
  for (const std::string& id : one.requirements()) {
    const size_t dash = id.rfind('-');
    const std::string own = id.substr(0, dash);
    absl::StrAppend(&out, out.empty() ? "" : " ", own == family ? id.substr(dash + 1) : id);
    family = own;
  }
  return out;
}

bool IsBad(file::Verdict verdict) { return verdict == file::FAIL || verdict == file::XPASS; }

// "initiation, 148 bytes".
std::string MessageInWords(const std::string& bytes) {
  const std::string type = bytes.substr(0, 2);
  return absl::StrCat(type == "01"   ? "initiation"
                      : type == "02" ? "response"
                      : type == "03" ? "cookie reply"
                      : type == "04" ? "data"
                                     : "no message",
                      ", ", bytes.size() / 2, " bytes");
}

// "packet 10.0.0.1 > 10.0.0.2, 84 bytes".
std::string PacketInWords(const std::string& hex) {
  const std::string bytes = absl::HexStringToBytes(hex);
  net::IpHeader header;
  const bool is_ip = net::ParseQuotedIp(
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()), &header);
  return absl::StrCat(
      "packet ",
      is_ip ? absl::StrCat(header.source.ToString(), " > ", header.destination.ToString(), ", ")
            : "",
      bytes.size(), " bytes");
}

std::string InWords(const file::Observation& one) {
  switch (one.kind()) {
    case file::Observation::RECEIVED:
      return absl::StrCat(one.other(), " > target: ", MessageInWords(one.bytes()));
    case file::Observation::SENT:
      return absl::StrCat("target > ", one.other(), ": ", MessageInWords(one.bytes()));
    case file::Observation::ENTERED:
      return absl::StrCat("into the tunnel: ", PacketInWords(one.bytes()));
    case file::Observation::LEFT:
      return absl::StrCat("out of the tunnel: ", PacketInWords(one.bytes()));
    case file::Observation::HAPPENED:
      return one.words();
  }
  return "";
}

// What came before a finding, and not before the one before it: the last of it.
void AppendHistory(const file::AssertionReport& one, size_t from, size_t to, std::string* out) {
  constexpr size_t kShown = 8;
  const size_t left_out = one.history_left_out();
  size_t first = std::max(from, left_out);
  if (to > first + kShown) {
    first = to - kShown;
    absl::StrAppend(out, "                  ...\n");
  }
  for (size_t i = first; i < to; ++i) {
    const file::Observation& step = one.history(static_cast<int>(i - left_out));
    absl::StrAppend(out, "                  ", Seconds(step.at_ns()), "  ", InWords(step), "\n");
  }
}

void AppendOne(const file::TargetReport& target, const file::AssertionReport& one,
               std::string* out) {
  absl::StrAppendFormat(out, "  %-12s  %s: %s\n", file::Verdict_Name(one.verdict()), ShortIds(one),
                        ClaimOf(one.name()));
  if (!one.reason().empty()) absl::StrAppend(out, "                ", one.reason(), "\n");
  size_t told = 0;
  for (const file::Finding& finding : one.findings()) {
    if (IsBad(one.verdict())) {
      AppendHistory(one, told, finding.after(), out);
      told = finding.after();
    }
    absl::StrAppend(out, "                ", Seconds(finding.at_ns()), "  ", finding.what(),
                    ": expected ", finding.expected(), ", seen ", finding.seen(), "\n");
  }
  if (!IsBad(one.verdict())) return;
  absl::StrAppend(out, "                again: wgsim conform --target=",
                  scenario::ShellQuoted(target.target()), " --only=", one.name(), "\n");
}

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

std::string CaseXml(const std::string& suite, const file::AssertionReport& one) {
  std::string out = absl::StrFormat("    <testcase classname=\"%s\" name=\"%s\" time=\"%d.%09d\"",
                                    Escaped(suite), Escaped(one.name()),
                                    one.took_ns() / 1'000'000'000, one.took_ns() % 1'000'000'000);
  if (one.verdict() == file::PASS || one.verdict() == file::XFAIL) return absl::StrCat(out, "/>\n");
  if (!IsBad(one.verdict())) {
    return absl::StrCat(out, "><skipped message=\"", Escaped(one.reason()), "\"/></testcase>\n");
  }
  std::string text = one.verdict() == file::XPASS ? "expected to fail, and passed\n" : "";
  for (const file::Finding& finding : one.findings()) {
    absl::StrAppend(&text, finding.what(), ": expected ", finding.expected(), ", seen ",
                    finding.seen(), "\n");
  }
  return absl::StrCat(out, ">\n      <failure message=\"", file::Verdict_Name(one.verdict()), "\">",
                      Escaped(text), "</failure>\n    </testcase>\n");
}

}  // namespace

std::string TreeText(const file::Report& report, bool whole) {
  std::string out;
  std::map<file::Verdict, int> counts;
  for (const file::TargetReport& target : report.targets()) {
    absl::StrAppend(&out, target.target(), "\n");
    int shown = 0;
    for (const file::AssertionReport& one : target.assertions()) {
      ++counts[one.verdict()];
      if (!whole && (one.verdict() == file::PASS || one.verdict() == file::SKIP)) continue;
      ++shown;
      AppendOne(target, one, &out);
    }
    for (const std::string& pattern : target.unmatched()) {
      absl::StrAppend(&out, "  an expectation matches nothing: ", pattern, "\n");
    }
    if (shown == 0) {
      absl::StrAppend(&out, "  all ", target.assertions_size(),
                      " assertions hold or were skipped\n");
    }
  }
  absl::StrAppend(&out, "\n");
  std::string line;
  for (const auto& [verdict, count] : counts) {
    absl::StrAppend(&line, line.empty() ? "" : ", ", count, " ", file::Verdict_Name(verdict));
  }
  return absl::StrCat(out, line.empty() ? "nothing was run" : line, "\n");
}

std::string JunitXml(const file::Report& report) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wgsim conform\">\n";
  for (const file::TargetReport& target : report.targets()) {
    int failures = 0, skipped = 0;
    std::string cases;
    for (const file::AssertionReport& one : target.assertions()) {
      failures += IsBad(one.verdict());
      skipped +=
          !IsBad(one.verdict()) && one.verdict() != file::PASS && one.verdict() != file::XFAIL;
      cases += CaseXml(target.target(), one);
    }
    absl::StrAppendFormat(
        &out,
        "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\">\n",
        Escaped(target.target()), target.assertions_size(), failures, skipped);
    absl::StrAppend(&out, cases, "  </testsuite>\n");
  }
  return absl::StrCat(out, "</testsuites>\n");
}

std::string JsonText(const file::Report& report) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string out;
  CHECK(google::protobuf::util::MessageToJsonString(report, &out, options).ok());
  return out;
}

}  // namespace conformance
