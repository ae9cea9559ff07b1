// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The command line of one command: flags by a table, everything else by position. --name=value,
// --name value, and --name for flags without a value; "--" ends the flags.
#ifndef WGSIM_TOOLS_ARGUMENTS_H_
#define WGSIM_TOOLS_ARGUMENTS_H_

#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tools {

struct Flag {
  const char* name;   // "seed", without the dashes
  const char* value;  // "N": what --help calls its value; "" for a flag without one
  const char* help;
  bool repeatable = false;
  // Not empty: the only values there are, separated by "|".
  const char* choices = "";
};

class Arguments {
 public:
  // The error says what is wrong and what would be right. --help is known to every command.
  static absl::StatusOr<Arguments> Parse(const std::vector<std::string>& words,
                                         const std::vector<Flag>& flags);

  bool Has(absl::string_view name) const { return values_.contains(std::string(name)); }
  // The value, or `otherwise`.
  std::string Get(absl::string_view name, absl::string_view otherwise = "") const;
  // Of a repeatable flag, in order.
  std::vector<std::string> GetAll(absl::string_view name) const;
  const std::vector<std::string>& positional() const { return positional_; }

 private:
  absl::btree_map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> positional_;
};

// The flags as --help shows them, --help included.
std::string FlagsHelp(const std::vector<Flag>& flags);

}  // namespace tools

#endif  // WGSIM_TOOLS_ARGUMENTS_H_
