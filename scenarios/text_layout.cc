// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/text_layout.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace scenario {

std::string Wrapped(absl::string_view text, size_t indent) {
  std::string out;
  size_t column = 0;
  for (absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(" \n\t"), absl::SkipEmpty())) {
    if (column > 0 && column + 1 + word.size() > kTextWidth) {
      out += "\n";
      column = 0;
    }
    if (column == 0) {
      out.append(indent, ' ');
      column = indent;
    } else {
      out += " ";
      ++column;
    }
    out.append(word.data(), word.size());
    column += word.size();
  }
  if (column > 0) out += "\n";
  return out;
}

std::string MicrosecondsText(double microseconds) {
  if (microseconds == 0) return "0";
  double value = microseconds;
  const char* unit = "us";
  if (value >= 999'500) {
    value /= 1'000'000;
    unit = "s";
  } else if (value >= 999.5) {
    value /= 1'000;
    unit = "ms";
  }
  const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return absl::StrFormat("%.*f %s", decimals, value, unit);
}

}  // namespace scenario
