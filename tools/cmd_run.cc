// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim run: a scenario's variants, one table, the exit code of its expectations.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scenarios/result_json.h"
#include "scenarios/run_scenario.h"
#include "scenarios/table.h"
#include "tools/commands.h"
#include "tools/files.h"
#include "tools/new_file.h"
#include "tools/progress.h"

namespace tools {
namespace {

// Where the packets of a variant go: FILE itself, or FILE with the variant's name before its extension.
std::string CapturePath(const std::string& file, const scenario::LoadedScenario& loaded,
                        const std::string& variant) {
  if (loaded.variants.size() == 1) return file;
  const size_t name = file.rfind('/') == std::string::npos ? 0 : file.rfind('/') + 1;
  const size_t dot = file.rfind('.');
  if (dot == std::string::npos || dot <= name) return absl::StrCat(file, ".", variant);
  return absl::StrCat(file.substr(0, dot), ".", variant, file.substr(dot));
}

// The captures of all variants, open from before the run: an hour of simulation is not to be lost to a slip of the pen.
class Captures {
 public:
  absl::Status Open(const std::string& file, const scenario::LoadedScenario& loaded) {
    for (const scenario::LoadedVariant& variant : loaded.variants) {
      auto sink = NewFile::Create(CapturePath(file, loaded, variant.plan.variant));
      if (!sink.ok()) return sink.status();
      files_.push_back(*std::move(sink));
    }
    return absl::OkStatus();
  }
  // Of the next variant, in order.
  net::ByteSink* Next() { return files_[next_++].get(); }
  absl::Status Commit() {
    for (auto& file : files_) {
      if (const absl::Status status = file->Commit(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  std::vector<std::unique_ptr<NewFile>> files_;
  size_t next_ = 0;
};

ExitCode Run(const Arguments& arguments, Console& console) {
  const Command command = RunCommand();
  const std::optional<scenario::LoadedScenario> loaded = LoadFrom(command, arguments, console);
  if (!loaded.has_value()) return kBadInput;
  const std::string json = arguments.Get("json");
  if (arguments.Has("json")) {
    // Before the run: an hour of simulation is not to be lost to a slip of the pen.
    if (const absl::Status status = CheckWritable(json); !status.ok()) {
      return BadUsage(command,
                      absl::StrCat("--json: ", status.message(),
                                   "; name a file in a folder that can be written"),
                      console);
    }
  }
  const bool quiet = arguments.Has("quiet");
  const auto begin = std::chrono::steady_clock::now();
  scenario::RunOptions options;
  options.crypto =
      arguments.Get("crypto") == "modelled" ? scenario::Crypto::kModelled : scenario::Crypto::kReal;
  Captures captures;
  if (arguments.Has("pcap")) {
    if (options.crypto != scenario::Crypto::kReal) {
      return BadUsage(command, "--pcap: nobody can decrypt modelled ciphers; leave --crypto out",
                      console);
    }
    if (const absl::Status status = captures.Open(arguments.Get("pcap"), *loaded); !status.ok()) {
      return BadUsage(command,
                      absl::StrCat("--pcap: ", status.message(),
                                   "; name a file in a folder that can be written"),
                      console);
    }
    options.open_capture = [&](const scenario::Plan&) { return captures.Next(); };
  }
  scenario::Result result;
  {
    std::optional<Progress> progress;
    if (console.err_is_terminal && !quiet) {
      options.progress =
          &progress.emplace(&console.err, static_cast<int>(loaded->variants.size()), begin);
    }
    result = scenario::RunScenario(*loaded, options);
  }
  result.set_wall_seconds(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  if (!quiet) console.out << scenario::ResultTable(result) << std::flush;
  if (arguments.Has("json")) {
    if (const absl::Status status = WriteFile(json, scenario::ToJson(result)); !status.ok()) {
      console.err << "wgsim run: --json: " << status.message() << "\n";
      return kEnvironment;
    }
  }
  if (const absl::Status status = captures.Commit(); !status.ok()) {
    console.err << "wgsim run: --pcap: " << status.message() << "\n";
    return kEnvironment;
  }
  const std::string failures = scenario::Failures(result, "wgsim");
  if (failures.empty()) return kOk;
  if (!quiet) console.err << "\n";
  console.err << failures;
  return kNotHeld;
}

}  // namespace

Command RunCommand() {
  Command command = {
      "run",
      "FILE.textproto [FLAGS]",
      "runs every variant of a scenario and prints one table",
      "Runs every variant of the scenario, one after the other: the same traffic, the same churn, "
      "the same seed. Prints one table, "
      "then whether what the scenario expects held.\n\n"
      "The same scenario, seed and version give the same trace hash and the same figures on every "
      "machine; only the wall time differs. "
      "FILE may also be the name of a scenario that comes with wgsim (wgsim list).\n\n"
      "  wgsim run scenarios/cilium_churn.textproto --seed=7 --json=result.json\n"
      "  wgsim run scenarios/cilium_churn.textproto --variant=replace --set=duration=10s",
      ScenarioFlags(),
      &Run,
  };
  command.flags.push_back({"crypto", "real|modelled",
                           "real ciphers (the default), or all but the ciphers: sizes, nonces, "
                           "checks and decisions stay, and so do the results",
                           false, "real|modelled"});
  command.flags.push_back({"json", "FILE", "writes the result as JSON, whole or not at all"});
  command.flags.push_back(
      {"pcap", "FILE",
       "writes every packet as pcapng with the secrets that decrypt it, for Wireshark and tshark: one interface for each "
       "network card and each tunnel, and why packets were dropped as comments. Several variants: one file each, with "
       "the variant's name before the extension"});
  command.flags.push_back({"quiet", "", "prints nothing but expectations that did not hold"});
  return command;
}

}  // namespace tools
