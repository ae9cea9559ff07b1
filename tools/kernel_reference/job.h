// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A scenario's variant as a job for a real kernel: the files with which kref boots it. Two hosts become two network namespaces
// with a veth pair between them; what managers send are the very requests of the simulated ones.
//
// An emulated core is 20 to 100 times slower than a real one, so the scenario runs slower there: all times are `stretch` times
// as long, and of every flow's packets one in `thin` is sent. Stretching leaves alone how much one reconfiguration
// exposes; thinning a memoryless flow leaves alone what share of it is hit.
//
// Not translated, and without influence on whether an address has an owner: rate and delay of the link, cores, prices, cards, socket
// buffers.
#ifndef WGSIM_TOOLS_KERNEL_REFERENCE_JOB_H_
#define WGSIM_TOOLS_KERNEL_REFERENCE_JOB_H_

#include <cstdint>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "scenarios/plan.h"

namespace kernel_reference {

struct Scale {
  int64_t stretch = 10;
  int64_t thin = 10;
};

// Text by file name; job.sh is what the guest runs. InvalidArgument with the reason: the guest cannot do that.
absl::StatusOr<absl::btree_map<std::string, std::string>> MakeJob(const scenario::Plan& plan, const Scale& scale);

}  // namespace kernel_reference

#endif  // WGSIM_TOOLS_KERNEL_REFERENCE_JOB_H_
