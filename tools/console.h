// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Console: where a command writes. Injected, so that tests see what a user sees.
#ifndef WGSIM_TOOLS_CONSOLE_H_
#define WGSIM_TOOLS_CONSOLE_H_

#include <ostream>

namespace tools {

struct Console {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;
};

// What a command exits with. A contract: see docs.
enum ExitCode : int {
  kOk = 0,           // ran, every expectation held
  kNotHeld = 1,      // ran, an expectation did not hold
  kBadInput = 2,     // bad input or usage: nothing was run, nothing written
  kEnvironment = 3,  // the environment lacks something that the command needs
};

}  // namespace tools

#endif  // WGSIM_TOOLS_CONSOLE_H_
