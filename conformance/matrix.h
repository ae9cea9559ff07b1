// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Matrix: assertions by implementations, a report as a page that one looks at. The same report gives the same bytes.
#ifndef WGSIM_CONFORMANCE_MATRIX_H_
#define WGSIM_CONFORMANCE_MATRIX_H_

#include <string>

#include "conformance/report.pb.h"

namespace conformance {

// A page that needs nothing else: rows by family, a column for each target, totals; a cell that is not PASS opens and tells what was
// expected and seen, and why that is known. Verdicts have signs besides colours; rows can be filtered by verdict.
std::string MatrixHtml(const file::Report& report);

// The same table for a README, and below it what is not PASS or SKIP, with its reason.
std::string MatrixMarkdown(const file::Report& report);

}  // namespace conformance

#endif  // WGSIM_CONFORMANCE_MATRIX_H_
