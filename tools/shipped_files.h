// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The scenarios and price lists that come with wgsim, inside the program: an installed wgsim needs
// no checkout.
#ifndef WGSIM_TOOLS_SHIPPED_FILES_H_
#define WGSIM_TOOLS_SHIPPED_FILES_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tools {

struct ShippedFile {
  absl::string_view path;  // "scenarios/cilium_churn.textproto"
  absl::string_view text;
};

// Sorted by path. Defined in a source that embed.py makes.
absl::Span<const ShippedFile> ShippedFiles();

}  // namespace tools

#endif  // WGSIM_TOOLS_SHIPPED_FILES_H_
