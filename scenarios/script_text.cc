// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/script_text.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace scenario {
namespace {

constexpr absl::string_view kForWords = "write {for NAME FROM TO}...{end}, as {for i 1 40}...{end}";
// An empty inside makes no text, but takes its time.
constexpr uint32_t kMostRepetitions = 4'000'000;
constexpr absl::string_view kKinds[] = {"public_key", "private_key", "preshared_key"};

struct Counter {
  absl::string_view name;
  uint32_t value = 0;
};

class Expansion {
 public:
  explicit Expansion(FindKey find_key) : find_key_(find_key) {}

  absl::StatusOr<std::string> Run(absl::string_view text) {
    if (absl::Status status = Block(text); !status.ok()) return status;
    return std::move(out_);
  }

 private:
  // Where the {end} of a {for} begins whose inside `text` begins with; npos if there is none.
  static size_t FindEnd(absl::string_view text) {
    int depth = 1;
    for (size_t at = text.find('{'); at != absl::string_view::npos; at = text.find('{', at + 1)) {
      if (absl::StartsWith(text.substr(at), "{for ")) ++depth;
      if (absl::StartsWith(text.substr(at), "{end}") && --depth == 0) return at;
    }
    return absl::string_view::npos;
  }

  absl::Status Block(absl::string_view text) {
    while (!text.empty()) {
      const size_t open = text.find('{');
      absl::StrAppend(&out_, text.substr(0, open));
      if (out_.size() > kMostScriptText) {
        return absl::InvalidArgumentError(absl::StrCat("makes more than ", kMostScriptText >> 20, " MiB; repeat less"));
      }
      if (open == absl::string_view::npos) break;
      const size_t close = text.find('}', open);
      if (close == absl::string_view::npos) {
        return absl::InvalidArgumentError("a \"{\" is not closed; write \"}\" behind what it begins");
      }
      const absl::string_view inside = text.substr(open + 1, close - open - 1);
      text.remove_prefix(close + 1);
      if (!absl::StartsWith(inside, "for ")) {
        if (absl::Status status = Value(inside); !status.ok()) return status;
        continue;
      }
      const size_t end = FindEnd(text);
      if (end == absl::string_view::npos) {
        return absl::InvalidArgumentError(absl::StrCat("\"{", inside, "}\" has no {end}; ", kForWords));
      }
      if (absl::Status status = Repeat(inside, text.substr(0, end)); !status.ok()) return status;
      text.remove_prefix(end + 5);
    }
    return absl::OkStatus();
  }

  absl::Status Repeat(absl::string_view head, absl::string_view body) {
    const std::vector<absl::string_view> words = absl::StrSplit(head, ' ', absl::SkipEmpty());
    Counter counter;
    uint32_t last = 0;
    if (words.size() != 4 || !absl::SimpleAtoi(words[2], &counter.value) || !absl::SimpleAtoi(words[3], &last) ||
        last < counter.value) {
      return absl::InvalidArgumentError(absl::StrCat("\"{", head, "}\" counts nothing; ", kForWords));
    }
    counter.name = words[1];
    counters_.push_back(counter);
    for (;; ++counters_.back().value) {
      if (++repetitions_ > kMostRepetitions) {
        return absl::InvalidArgumentError(absl::StrCat("\"{", head, "}\" makes more than ", kMostRepetitions, " repetitions; repeat less"));
      }
      if (absl::Status status = Block(body); !status.ok()) return status;
      if (counters_.back().value == last) break;
    }
    counters_.pop_back();
    return absl::OkStatus();
  }

  absl::Status Value(absl::string_view inside) {
    absl::string_view name = inside;
    const bool hexadecimal = absl::ConsumeSuffix(&name, ":x");
    for (size_t i = counters_.size(); i-- > 0;) {
      if (counters_[i].name != name) continue;
      const uint32_t value = counters_[i].value;
      absl::StrAppend(&out_, hexadecimal ? absl::StrFormat("%x", value) : absl::StrCat(value));
      return absl::OkStatus();
    }
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(inside, absl::MaxSplits(':', 1));
    for (const absl::string_view kind : kKinds) {
      if (parts.first != kind || parts.second.empty()) continue;
      // A name may be made of numbers.
      std::string whose(parts.second);
      for (const Counter& counter : counters_) {
        if (absl::EndsWith(whose, absl::StrCat("#", counter.name))) {
          whose.resize(whose.size() - counter.name.size() - 1);
          absl::StrAppend(&whose, counter.value);
        }
      }
      const absl::StatusOr<std::string> key = find_key_(kind, whose);
      if (!key.ok()) return key.status();
      absl::StrAppend(&out_, *key);
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        absl::StrCat("\"{", inside, "}\" means nothing here; write {public_key:node1/wg0}, {private_key:NAME}, {preshared_key:NAME} or ",
                     "{for i 1 40}...{i}...{end}"));
  }

  FindKey find_key_;
  std::string out_;
  std::vector<Counter> counters_;  // innermost last
  uint32_t repetitions_ = 0;       // of all
};

}  // namespace

absl::StatusOr<std::string> ExpandScript(absl::string_view text, FindKey find_key) {
  return Expansion(find_key).Run(text);
}

}  // namespace scenario
