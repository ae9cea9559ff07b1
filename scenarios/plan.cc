// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/plan.h"

namespace scenario::plan {

const char* Name(Implementation implementation) {
  switch (implementation) {
    case Implementation::kLinux612:
      return "LINUX_6_12";
    case Implementation::kLinux616:
      return "LINUX_6_16";
    case Implementation::kWireguardGo:
      return "WIREGUARD_GO";
    case Implementation::kBoringtun:
      return "BORINGTUN";
    case Implementation::kLinuxTaggedReplace:
      return "LINUX_TAGGED_REPLACE";
    case Implementation::kLinuxTaggedReplaceRootFault:
      return "LINUX_TAGGED_REPLACE_ROOT_FAULT";
  }
  return "";
}

bool KnowsRemoveMe(Implementation implementation) {
  return implementation != Implementation::kLinux612 &&
         implementation != Implementation::kBoringtun;
}

}  // namespace scenario::plan
