// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/kernel_boot.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "protocol/check.h"
#include "tools/files.h"
#include "tools/kernel_files.h"
#include "tools/shipped_files.h"

extern char** environ;

namespace tools {
namespace {

constexpr char kPython[] = "python3";

}  // namespace

KernelBoot::~KernelBoot() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

absl::Status KernelBoot::Open(const std::string& kernel, const std::string& cache) {
  CHECK(folder_.empty());
  kernel_ = kernel;
  cache_ = cache;
  std::error_code error;
  const std::filesystem::path temporary = std::filesystem::temp_directory_path(error);
  if (error) return absl::UnavailableError(absl::StrCat("no folder for temporary files: ", error.message()));
  std::string made = (temporary / "wgsim_kernel.XXXXXX").string();
  if (mkdtemp(made.data()) == nullptr) {
    return absl::UnavailableError(absl::StrCat(made, " cannot be made: ", std::strerror(errno)));
  }
  folder_ = made;
  for (const ShippedFile& file : KernelFiles()) {
    const std::filesystem::path path = std::filesystem::path(folder_) / std::string(file.path);
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) return absl::UnavailableError(absl::StrCat(folder_, " cannot be written: ", error.message()));
    if (const absl::Status status = WriteFile(path.string(), file.text); !status.ok()) return status;
  }
  return Run({"check", "--quiet", absl::StrCat("--kernel=", kernel_)});
}

absl::StatusOr<KernelBoot::Outcome> KernelBoot::Boot(const absl::btree_map<std::string, std::string>& job) {
  CHECK(!folder_.empty());
  const std::string files = folder_ + "/job", kept = folder_ + "/kept";
  std::error_code error;
  std::filesystem::remove_all(files, error);
  std::filesystem::create_directories(files, error);
  if (error) return absl::UnavailableError(absl::StrCat(files, " cannot be made: ", error.message()));
  for (const auto& [name, text] : job) {
    if (const absl::Status status = WriteFile(files + "/" + name, text); !status.ok()) return status;
  }
  const absl::Status status =
      Run({"run", files, "--preempt=full", absl::StrCat("--keep=", kept), absl::StrCat("--kernel=", kernel_)});
  if (!status.ok()) return status;
  Outcome outcome;
  absl::StatusOr<std::string> console = Files().Read(kept + "/console.log");
  if (!console.ok()) return console.status();
  outcome.console = *std::move(console);
  const absl::StatusOr<std::string> provenance = Files().Read(kept + "/provenance.json");
  if (!provenance.ok()) return provenance.status();
  if (const auto read = google::protobuf::util::JsonStringToMessage(*provenance, &outcome.measurement); !read.ok()) {
    return absl::InternalError(absl::StrCat("provenance.json: ", std::string(read.message())));
  }
  return outcome;
}

absl::Status KernelBoot::Run(const std::vector<std::string>& arguments) {
  // -B: nothing is compiled for later; -I: neither the caller's folder nor their settings matter.
  std::vector<std::string> words = {kPython, "-B", "-I", folder_ + "/tools/kernel_reference/main.py"};
  if (!cache_.empty()) words.push_back("--cache=" + cache_);
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  if (const int error = posix_spawnp(&child, kPython, nullptr, nullptr, argv.data(), environ); error != 0) {
    return absl::UnavailableError(
        absl::StrCat("python3 cannot be run (", std::strerror(error), "); apt-get install python3"));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return absl::UnavailableError(absl::StrCat("python3 is lost: ", std::strerror(errno)));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return absl::UnavailableError("no real kernel could be asked; above it is said why");
}

}  // namespace tools
