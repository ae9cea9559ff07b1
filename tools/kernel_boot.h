// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// KernelBoot: boots of real kernels in an emulator, by the Python program that comes with this one. Needs what
// `kref check` asks for; how that is got is said on standard error.
#ifndef WGSIM_TOOLS_KERNEL_BOOT_H_
#define WGSIM_TOOLS_KERNEL_BOOT_H_

#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scenarios/result.pb.h"

namespace tools {

class KernelBoot {
 public:
  // What a boot gave: everything that the guest said, and from what it came.
  struct Outcome {
    std::string console;
    scenario::Measurement measurement;
  };

  KernelBoot() = default;
  // Removes its temporary folder.
  ~KernelBoot();
  KernelBoot(const KernelBoot&) = delete;
  KernelBoot& operator=(const KernelBoot&) = delete;

  // Unpacks the program, and has it look for what is missing. Unavailable: something is, and it was said what.
  // REQUIRES: called once, before all others. `cache`: where kernels are; empty: the usual place.
  absl::Status Open(const std::string& kernel, const std::string& cache);

  // Unavailable: the guest failed, and it was said how.
  absl::StatusOr<Outcome> Boot(const absl::btree_map<std::string, std::string>& job);

 private:
  absl::Status Run(const std::vector<std::string>& arguments);

  std::string folder_;
  std::string kernel_;
  std::string cache_;
};

}  // namespace tools

#endif  // WGSIM_TOOLS_KERNEL_BOOT_H_
