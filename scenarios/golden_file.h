// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Golden texts of tests: what a test prints, checked in beside it, so that every change of it is a
// change to read.
//
//   EXPECT_EQ(text, ReadGolden("windows_two_addresses.txt", text));
//
// To accept what a test prints now: WGSIM_UPDATE_GOLDEN=1 bazel run //scenarios:windows_test. It
// writes into $WGSIM_GOLDEN_DIR, or else into the folder of the workspace that bazel run names.
#ifndef WGSIM_SCENARIOS_GOLDEN_FILE_H_
#define WGSIM_SCENARIOS_GOLDEN_FILE_H_

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace scenario {

// Where accepted texts are to be written, "" if they are not.
inline std::string GoldenUpdateDir(const std::string& folder) {
  const char* update = std::getenv("WGSIM_UPDATE_GOLDEN");
  if (update == nullptr || std::string(update) != "1") return "";
  if (const char* dir = std::getenv("WGSIM_GOLDEN_DIR")) return dir;
  const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  return workspace == nullptr ? "" : std::string(workspace) + "/" + folder;
}

// The golden text of this name, or a complaint. When updating, writes `now` and returns it.
inline std::string ReadGolden(const std::string& name, const std::string& now,
                              const std::string& folder = "scenarios/golden") {
  if (const std::string dir = GoldenUpdateDir(folder); !dir.empty()) {
    std::ofstream out(dir + "/" + name, std::ios::binary);
    out << now;
    return out.flush() ? now : "cannot write " + dir + "/" + name;
  }
  std::ifstream in(folder + "/" + name, std::ios::binary);
  if (!in) return "there is no " + folder + "/" + name;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_GOLDEN_FILE_H_
