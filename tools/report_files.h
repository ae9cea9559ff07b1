// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The Python program that makes pages out of results, inside wgsim: an installed wgsim needs no checkout.
#ifndef WGSIM_TOOLS_REPORT_FILES_H_
#define WGSIM_TOOLS_REPORT_FILES_H_

#include "absl/types/span.h"
#include "tools/shipped_files.h"

namespace tools {

// Sorted by path, "tools/report/main.py". Defined in a source that embed.py makes.
absl::Span<const ShippedFile> ReportFiles();

}  // namespace tools

#endif  // WGSIM_TOOLS_REPORT_FILES_H_
