// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The program that boots real kernels (tools/kernel_reference), as part of this one.
#ifndef WGSIM_TOOLS_KERNEL_FILES_H_
#define WGSIM_TOOLS_KERNEL_FILES_H_

#include "absl/types/span.h"
#include "tools/shipped_files.h"

namespace tools {

// In no particular order. Made by tools/embed.py.
absl::Span<const ShippedFile> KernelFiles();

}  // namespace tools

#endif  // WGSIM_TOOLS_KERNEL_FILES_H_
