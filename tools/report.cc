// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/report.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "scenarios/result_json.h"
#include "tools/files.h"
#include "tools/report_files.h"
#include "tools/shipped_files.h"

extern char** environ;

namespace tools {
namespace {

constexpr char kPython[] = "python3";
constexpr char kPackages[] = "apt-get install python3 python3-jinja2 node-d3";

// execvp's and posix_spawnp's own sign that a program was not found, also that of a shell.
constexpr int kNotFound = 127;

}  // namespace

Report::~Report() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

absl::Status Report::Open() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (error) return absl::UnavailableError(absl::StrCat("no folder for temporary files: ", error.message()));
  std::string made = (folder / "wgsim_report.XXXXXX").string();
  if (mkdtemp(made.data()) == nullptr) {
    return absl::UnavailableError(absl::StrCat(made, " cannot be made: ", std::strerror(errno)));
  }
  folder_ = made;
  for (const ShippedFile& file : ReportFiles()) {
    const std::filesystem::path path = std::filesystem::path(folder_) / std::string(file.path);
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) return absl::UnavailableError(absl::StrCat(folder_, " cannot be written: ", error.message()));
    if (const absl::Status status = WriteFile(path.string(), file.text); !status.ok()) return status;
  }
  return Run({"--check"});
}

absl::Status Report::Write(const std::vector<scenario::Result>& results, const std::vector<std::string>& names,
                           const std::string& output) {
  CHECK_EQ(results.size(), names.size());
  std::vector<std::string> arguments = {absl::StrCat("--output=", std::filesystem::absolute(output).string())};
  for (size_t i = 0; i < results.size(); ++i) {
    const std::string path = absl::StrCat(folder_, "/result", i, ".json");
    if (const absl::Status status = WriteFile(path, scenario::ToJson(results[i])); !status.ok()) return status;
    arguments.push_back(absl::StrCat("--name=", names[i]));
    arguments.push_back(path);
  }
  return Run(arguments);
}

absl::Status Report::Run(const std::vector<std::string>& arguments) {
  // -B: nothing is compiled for later; -I: neither the caller's folder nor their settings matter.
  std::vector<std::string> words = {kPython, "-B", "-I", absl::StrCat(folder_, "/tools/report/main.py")};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  if (const int error = posix_spawnp(&child, kPython, nullptr, nullptr, argv.data(), environ); error != 0) {
    return absl::UnavailableError(absl::StrCat("the page is made by python3, which cannot be run (",
                                               std::strerror(error), "); ", kPackages));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return absl::UnavailableError(absl::StrCat("python3 is lost: ", std::strerror(errno)));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotFound) {
    return absl::UnavailableError(absl::StrCat("the page is made by python3, which is missing; ", kPackages));
  }
  return absl::UnavailableError("the page could not be made: python3 says above what is wrong");
}

}  // namespace tools
