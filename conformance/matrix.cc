// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/matrix.h"

#include <map>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "conformance/assertion.h"

namespace conformance {
namespace {

struct Sign {
  file::Verdict verdict;
  const char* text;
  const char* meaning;
};
constexpr Sign kSigns[] = {
    {file::PASS, "✓", "every check held"},
    {file::FAIL, "✗", "a check did not hold"},
    {file::XFAIL, "≠", "does otherwise, as is known"},
    {file::XPASS, "!", "passed although it is listed as failing"},
    {file::SKIP, "·", "not run: the target cannot show it, or it takes long"},
    {file::UNSUPPORTED, "∅", "the target does not do this"},
    {file::INCONCLUSIVE, "?", "could not be decided"},
};

const Sign& SignOf(file::Verdict verdict) {
  for (const Sign& sign : kSigns) {
    if (sign.verdict == verdict) return sign;
  }
  return kSigns[1];
}

// One assertion and what each target made of it; nullptr: it was not asked.
struct Row {
  std::string name;
  std::vector<std::string> ids;
  std::vector<const file::AssertionReport*> cells;
};

// In the order of names. `report` outlives them.
std::vector<Row> RowsOf(const file::Report& report) {
  std::map<std::string, Row> rows;
  const auto columns = static_cast<size_t>(report.targets_size());
  for (size_t column = 0; column < columns; ++column) {
    for (const file::AssertionReport& one : report.targets(static_cast<int>(column)).assertions()) {
      Row& row = rows[one.name()];
      row.name = one.name();
      row.ids.assign(one.requirements().begin(), one.requirements().end());
      row.cells.resize(columns);
      row.cells[column] = &one;
    }
  }
  std::vector<Row> out;
  for (auto& [name, row] : rows) out.push_back(std::move(row));
  return out;
}

std::string FamilyOf(const Row& row) {
  return row.ids.empty() ? "" : row.ids[0].substr(0, row.ids[0].rfind('-'));
}

// "Stamps are compared as twelve bytes".
std::string SentenceOf(const Row& row) {
  std::string claim = ClaimOf(row.name);
  if (!claim.empty()) claim[0] = absl::ascii_toupper(claim[0]);
  return claim;
}

std::map<file::Verdict, int> CountsOf(const file::TargetReport& target) {
  std::map<file::Verdict, int> counts;
  for (const file::AssertionReport& one : target.assertions()) ++counts[one.verdict()];
  return counts;
}

// "152 ✓ 21 ≠".
std::string Totals(const file::TargetReport& target) {
  std::vector<std::string> words;
  const std::map<file::Verdict, int> counts = CountsOf(target);
  for (const Sign& sign : kSigns) {
    if (const auto at = counts.find(sign.verdict); at != counts.end()) {
      words.push_back(absl::StrCat(at->second, " ", sign.text));
    }
  }
  return absl::StrJoin(words, " ");
}

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

constexpr char kHead[] = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>WireGuard conformance</title>
<style>
:root { color-scheme: light dark; --line: #8884; --pass: #1a7f37; --fail: #cf222e; --known: #9a6700; --none: #777; }
@media (prefers-color-scheme: dark) { :root { --pass: #56d364; --fail: #ff7b72; --known: #e3b341; --none: #999; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; padding: 0 1rem; }
body > p, fieldset { max-width: 60rem; }
td:first-child { min-width: 18rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
thead th { position: sticky; top: 0; background: Canvas; }
td.ids { font: 12px/1.6 ui-monospace, monospace; color: var(--none); min-width: 9rem; }
td.v, th.v { text-align: center; min-width: 5rem; max-width: 11rem; overflow-wrap: anywhere; }
tr.family th { padding-top: 1.4rem; }
summary { cursor: pointer; list-style: none; }
details[open] { text-align: left; font-size: 13px; max-width: 22rem; }
.PASS { color: var(--pass); } .FAIL, .XPASS { color: var(--fail); font-weight: bold; }
.XFAIL, .INCONCLUSIVE { color: var(--known); } .SKIP, .UNSUPPORTED { color: var(--none); }
fieldset { border: 0; padding: 0; margin: 1rem 0; } label { margin-right: 1rem; white-space: nowrap; }
</style>
</head>
<body>
<h1>WireGuard conformance</h1>
)";

constexpr char kTail[] = R"(<script>
const boxes = [...document.querySelectorAll("input")];
function filter() {
  const shown = new Set(boxes.filter(box => box.checked).map(box => box.value));
  for (const row of document.querySelectorAll("tr[data-v]")) {
    row.hidden = !row.dataset.v.split(" ").some(verdict => shown.has(verdict));
  }
  for (const head of document.querySelectorAll("tr.family")) {
    let row = head.nextElementSibling, any = false;
    for (; row && !row.classList.contains("family"); row = row.nextElementSibling) any ||= !row.hidden;
    head.hidden = !any;
  }
}
boxes.forEach(box => box.addEventListener("change", filter));
</script>
</body>
</html>
)";

std::string CellHtml(const file::AssertionReport* cell) {
  if (cell == nullptr) return "<td class=\"v\"></td>";
  const Sign& sign = SignOf(cell->verdict());
  const std::string& name = file::Verdict_Name(cell->verdict());
  const std::string mark =
      absl::StrCat("<span class=\"", name, "\" title=\"", name, "\">", sign.text, "</span>");
  if (cell->reason().empty() && cell->findings().empty()) {
    return absl::StrCat("<td class=\"v\">", mark, "</td>");
  }
  std::string text = absl::StrCat("<p>", Escaped(cell->reason()), "</p>");
  for (const file::Finding& finding : cell->findings()) {
    absl::StrAppend(&text, "<p>", Escaped(finding.what()), ": expected <b>",
                    Escaped(finding.expected()), "</b>, seen <b>", Escaped(finding.seen()),
                    "</b></p>");
  }
  return absl::StrCat("<td class=\"v\"><details><summary>", mark, "</summary>", text,
                      "</details></td>");
}

std::string RowHtml(const Row& row) {
  std::set<std::string> verdicts;
  std::string cells;
  for (const file::AssertionReport* cell : row.cells) {
    if (cell != nullptr) verdicts.insert(file::Verdict_Name(cell->verdict()));
    cells += CellHtml(cell);
  }
  return absl::StrCat("<tr data-v=\"", absl::StrJoin(verdicts, " "), "\" id=\"", Escaped(row.name),
                      "\"><td>", Escaped(SentenceOf(row)), "</td><td class=\"ids\">",
                      absl::StrJoin(row.ids, " "), "</td>", cells, "</tr>\n");
}

}  // namespace

std::string MatrixHtml(const file::Report& report) {
  std::string out = kHead;
  absl::StrAppend(&out,
                  "<p>What implementations of WireGuard do, asked by <code>wgsim "
                  "conform</code>.</p>\n<fieldset>\n");
  for (const Sign& sign : kSigns) {
    const std::string& name = file::Verdict_Name(sign.verdict);
    absl::StrAppend(&out, "<label title=\"", sign.meaning,
                    "\"><input type=\"checkbox\" checked value=\"", name, "\"> <span class=\"",
                    name, "\">", sign.text, "</span> ", name, "</label>\n");
  }
  absl::StrAppend(&out, "</fieldset>\n<table>\n<thead><tr><th>assertion</th><th>requirements</th>");
  for (const file::TargetReport& target : report.targets()) {
    absl::StrAppend(&out, "<th class=\"v\">", Escaped(target.target()), "<br><small>",
                    Totals(target), "</small></th>");
  }
  absl::StrAppend(&out, "</tr></thead>\n<tbody>\n");
  std::string family;
  for (const Row& row : RowsOf(report)) {
    if (FamilyOf(row) != family) {
      family = FamilyOf(row);
      absl::StrAppend(&out, "<tr class=\"family\"><th colspan=\"", report.targets_size() + 2, "\">",
                      Escaped(family), "</th></tr>\n");
    }
    out += RowHtml(row);
  }
  return absl::StrCat(out, "</tbody>\n</table>\n", kTail);
}

std::string MatrixMarkdown(const file::Report& report) {
  std::string out = "| assertion |", line = "|---|", totals = "| |", notes;
  for (const file::TargetReport& target : report.targets()) {
    absl::StrAppend(&out, " ", target.target(), " |");
    absl::StrAppend(&totals, " ", Totals(target), " |");
    line += ":-:|";
  }
  absl::StrAppend(&out, "\n", line, "\n", totals, "\n");
  for (const Row& row : RowsOf(report)) {
    absl::StrAppend(&out, "| ", absl::StrJoin(row.ids, " "), ": ", ClaimOf(row.name), " |");
    for (size_t column = 0; column < row.cells.size(); ++column) {
      const file::AssertionReport* cell = row.cells[column];
      absl::StrAppend(&out, " ", cell == nullptr ? "" : SignOf(cell->verdict()).text, " |");
      if (cell == nullptr || cell->verdict() == file::PASS || cell->verdict() == file::SKIP)
        continue;
      absl::StrAppend(&notes, "* ", report.targets(static_cast<int>(column)).target(), ", ",
                      file::Verdict_Name(cell->verdict()), ", ", ClaimOf(row.name), ": ",
                      cell->reason().empty() ? "see the report" : cell->reason(), "\n");
    }
    out += "\n";
  }
  absl::StrAppend(&out, "\n");
  for (const Sign& sign : kSigns) {
    absl::StrAppend(&out, sign.text, " ", file::Verdict_Name(sign.verdict), ": ", sign.meaning,
                    "  \n");
  }
  return absl::StrCat(out, notes.empty() ? "" : "\n", notes);
}

}  // namespace conformance
