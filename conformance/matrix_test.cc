// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The pages of a small made-up report.
#include "conformance/matrix.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace conformance {
namespace {

file::AssertionReport* Add(file::TargetReport* target, const std::string& name,
                           const std::string& id, file::Verdict verdict) {
  file::AssertionReport* one = target->add_assertions();
  one->set_name(name);
  one->add_requirements(id);
  one->set_verdict(verdict);
  return one;
}

file::Report TwoTargets() {
  file::Report report;
  file::TargetReport* good = report.add_targets();
  good->set_target("good");
  Add(good, "NOISE_001_ItAnswers", "NOISE-001", file::PASS);
  Add(good, "RX_002_ItListens", "RX-002", file::SKIP)->set_reason("takes long");
  file::TargetReport* odd = report.add_targets();
  odd->set_target("odd & <old>");
  Add(odd, "NOISE_001_ItAnswers", "NOISE-001", file::XFAIL)->set_reason("it is <shy>");
  file::Finding* finding = odd->mutable_assertions(0)->add_findings();
  finding->set_what("an initiation");
  finding->set_expected("response");
  finding->set_seen("silence");
  finding->set_at_ns(1);
  return report;
}

TEST(MatrixMarkdown, HasARowForEachAssertionAndAColumnForEachTarget) {
  EXPECT_EQ(MatrixMarkdown(TwoTargets()),
            R"(| assertion | good | odd & <old> |
|---|:-:|:-:|
| | 1 ✓ 1 · | 1 ≠ |
| NOISE-001: it answers | ✓ | ≠ |
| RX-002: it listens | · |  |

✓ PASS: every check held  )"
            "\n"
            R"(✗ FAIL: a check did not hold  )"
            "\n"
            R"(≠ XFAIL: does otherwise, as is known  )"
            "\n"
            R"(! XPASS: passed although it is listed as failing  )"
            "\n"
            R"(· SKIP: not run: the target cannot show it, or it takes long  )"
            "\n"
            R"(∅ UNSUPPORTED: the target does not do this  )"
            "\n"
            R"(? INCONCLUSIVE: could not be decided  )"
            "\n"
            R"(
* odd & <old>, XFAIL, it answers: it is <shy>
)");
}

// Each element that is opened is closed, in the right order.
bool IsWellFormed(absl::string_view html) {
  std::vector<std::string> open;
  for (size_t at = html.find('<'); at != absl::string_view::npos; at = html.find('<', at + 1)) {
    absl::string_view tag = html.substr(at + 1, html.find('>', at) - at - 1);
    const bool closes = absl::ConsumePrefix(&tag, "/");
    const std::string name(tag.substr(0, tag.find(' ')));
    if (name[0] == '!' || name == "meta" || name == "input" || name == "br") continue;
    if (!closes) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return false;
    } else {
      open.pop_back();
    }
  }
  return open.empty();
}

TEST(MatrixHtml, IsWellFormedAndTellsWhatWasSeen) {
  const std::string html = MatrixHtml(TwoTargets());
  EXPECT_TRUE(IsWellFormed(html));
  EXPECT_FALSE(IsWellFormed("<p><b></p></b>"));
  for (const char* text :
       {"odd &amp; &lt;old&gt;<br><small>1 ≠</small>", "it is &lt;shy&gt;",
        "an initiation: expected <b>response</b>, seen <b>silence</b>", "data-v=\"PASS XFAIL\"",
        "<th colspan=\"4\">NOISE</th>", "<td>It answers</td>"}) {
    EXPECT_TRUE(absl::StrContains(html, text)) << text;
  }
  EXPECT_EQ(html, MatrixHtml(TwoTargets()));
}

}  // namespace
}  // namespace conformance
