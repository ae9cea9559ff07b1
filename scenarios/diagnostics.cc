// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/diagnostics.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace scenario {
namespace {

// "rate" of "links[0].rate", "addresses" of "hosts[0].addresses[1]".
absl::string_view NameOf(absl::string_view field) {
  field = field.substr(field.rfind('.') + 1);  // npos + 1 is 0
  return field.substr(0, field.find('['));
}

}  // namespace

std::string Location::ToString() const {
  return line == 0 ? file : absl::StrCat(file, ":", line, ":", column);
}

std::string Diagnostic::ToString() const {
  return absl::StrCat(where.ToString(), ": ", field, field.empty() ? "" : ": ", message);
}

void Diagnostics::Add(Location where, absl::string_view field, absl::string_view message) {
  const Diagnostic here{where, std::string(NameOf(field)), ""};
  if (std::find(silent_.begin(), silent_.end(), here) != silent_.end()) return;
  ++count_;
  Diagnostic diagnostic{std::move(where), std::string(field), std::string(message)};
  if (std::find(found_.begin(), found_.end(), diagnostic) != found_.end()) return;
  const auto same_place = [&](const Diagnostic& other) {
    return other.where == diagnostic.where && other.field == diagnostic.field;
  };
  if (found_.size() >= kMost ||
      std::count_if(found_.begin(), found_.end(), same_place) >= kMostAtOnePlace) {
    ++left_out_;
    return;
  }
  found_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Diagnostics::Sorted() const {
  std::vector<Diagnostic> sorted = found_;
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

std::string Diagnostics::ToString() const {
  std::string text;
  for (const Diagnostic& diagnostic : Sorted()) absl::StrAppend(&text, diagnostic.ToString(), "\n");
  if (left_out_ > 0) absl::StrAppend(&text, "and ", left_out_, " more\n");
  return text;
}

}  // namespace scenario
