// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "tools/commands.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  tools::Console console{std::cout, std::cerr, isatty(STDERR_FILENO) == 1};
  const int code =
      tools::RunProgram(std::vector<std::string>(argv + std::min(argc, 1), argv + argc), console);
  std::cout.flush();
  // A full disk or a closed pipe: what was printed is not whole.
  return !std::cout && code == tools::kOk ? tools::kEnvironment : code;
}
