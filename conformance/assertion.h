// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Assertion: something that every implementation must do, as a script. One script may prove several requirements of the catalogue;
// its name begins with their ids.
#ifndef WGSIM_CONFORMANCE_ASSERTION_H_
#define WGSIM_CONFORMANCE_ASSERTION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "conformance/script.h"
#include "conformance/target.h"

namespace conformance {

struct Assertion {
  // "NOISE_029_030_StampsAreComparedAsTwelveBytes": ids of the catalogue, then the claim.
  absl::string_view name;
  void (*run)(Script& script);
  // More than 10 s of the target's time.
  bool is_slow = false;
  // What the target must be able to do; of other targets it is not asked.
  Abilities needs = 0;
};

// {"NOISE-029", "NOISE-030"} of the name above. REQUIRES: it begins with a family and a number.
std::vector<std::string> IdsOf(absl::string_view name);
// "stamps are compared as twelve bytes".
std::string ClaimOf(absl::string_view name);

// All of them, in the order of their names.
std::vector<Assertion> AllAssertions();

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_ASSERTION_H_
