// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/conform/rest.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;

// The state of proc_pid_stat(5): the word behind the name, which may itself hold anything but ends
// with the last ")".
char StateOf(const fs::path& stat) {
  std::ifstream in(stat);
  std::string line;
  std::getline(in, line);
  const size_t name_end = line.rfind(')');
  return name_end == std::string::npos || name_end + 2 >= line.size() ? 'X' : line[name_end + 2];
}

bool IsNumber(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

bool Runs(const fs::path& process) {
  std::error_code gone;
  for (const fs::directory_entry& thread : fs::directory_iterator(process / "task", gone)) {
    const char state = StateOf(thread.path() / "stat");
    if (state == 'R' || state == 'D') return true;
  }
  return false;
}

}  // namespace

bool OthersAreAtRest() {
  const std::string self = std::to_string(getpid());
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (IsNumber(name) && name != self && Runs(entry.path())) return false;
  }
  return true;
}

bool UdpQueuesAreEmpty() {
  for (const char* table : {"/proc/net/udp", "/proc/net/udp6"}) {
    std::ifstream in(table);
    std::string line;
    std::getline(in, line);  // the heads of the columns
    while (std::getline(in, line)) {
      // "sl local remote st tx_queue:rx_queue ..."
      const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
      if (words.size() > 4 && !absl::EndsWith(words[4], ":00000000")) return false;
    }
  }
  return true;
}

}  // namespace conformance
