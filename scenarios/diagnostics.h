// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Diagnostics: everything that is wrong with an input file, each as
//   file:line:column: field: what is wrong; what would be right
// collected while the whole file is looked at, then shown sorted, each once.
#ifndef WGSIM_SCENARIOS_DIAGNOSTICS_H_
#define WGSIM_SCENARIOS_DIAGNOSTICS_H_

#include <compare>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace scenario {

// Where something is written. Lines and columns count from 1; line 0 means that it is in no line of
// a file, and `file` then names what it is in ("--set duration=-1s").
struct Location {
  std::string file;
  int line = 0;
  int column = 0;

  std::string ToString() const;
  friend auto operator<=>(const Location&, const Location&) = default;
};

struct Diagnostic {
  Location where;
  std::string field;  // "links[0].rate"; empty where the text itself is wrong
  std::string message;

  std::string ToString() const;
  friend auto operator<=>(const Diagnostic&, const Diagnostic&) = default;
};

class Diagnostics {
 public:
  // More than so many, altogether and for one field, are counted but not kept: what is wrong with a
  // template is wrong with each of its copies.
  static constexpr int kMost = 200;
  static constexpr int kMostAtOnePlace = 3;

  void Add(Location where, absl::string_view field, absl::string_view message);
  // What is added from now on at exactly this place about the field of this name, wherever in the tree, is a consequence of
  // something that has been said: it is left out.
  void Silence(Location where, absl::string_view name) { silent_.push_back({std::move(where), std::string(name), ""}); }
  bool empty() const { return found_.empty(); }
  // How many times something was added, whether kept or not.
  int count() const { return count_; }
  // Sorted by place, each once.
  std::vector<Diagnostic> Sorted() const;
  // One line each.
  std::string ToString() const;

 private:
  std::vector<Diagnostic> found_;
  std::vector<Diagnostic> silent_;  // without messages
  int left_out_ = 0;
  int count_ = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_DIAGNOSTICS_H_
