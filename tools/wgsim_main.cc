// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "tools/commands.h"

namespace {

// Called as wgsim-live it is a command for wg-quick, which gives it the interface's name and nothing else.
bool IsCalledLive(const std::string& program) {
  return program.substr(program.rfind('/') + 1) == "wgsim-live";  // npos + 1 is 0
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  tools::Console console{std::cout, std::cerr, isatty(STDERR_FILENO) == 1};
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (argc > 0 && IsCalledLive(argv[0])) words.insert(words.begin(), "live");
  const int code = tools::RunProgram(words, console);
  std::cout.flush();
  // A full disk or a closed pipe: what was printed is not whole.
  return !std::cout && code == tools::kOk ? tools::kEnvironment : code;
}
