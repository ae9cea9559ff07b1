// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim run: a scenario's variants, one table, the exit code of its expectations.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "scenarios/checks_text.h"
#include "scenarios/result_json.h"
#include "scenarios/run_scenario.h"
#include "scenarios/table.h"
#include "scenarios/timeline.h"
#include "scenarios/values.h"
#include "sim/time.h"
#include "tools/commands.h"
#include "tools/files.h"
#include "tools/gate.h"
#include "tools/new_file.h"
#include "tools/progress.h"
#include "tools/report.h"

namespace tools {
namespace {

// Where what is written of a run goes: FILE itself, or FILE with the run's name before its extension.
std::string VariantPath(const std::string& file, const scenario::LoadedScenario& loaded,
                        const std::string& run) {
  if (loaded.variants.size() == 1) return file;
  const std::string variant = absl::StrReplaceAll(run, {{"/", "."}});
  const size_t name = file.rfind('/') == std::string::npos ? 0 : file.rfind('/') + 1;
  const size_t dot = file.rfind('.');
  if (dot == std::string::npos || dot <= name) return absl::StrCat(file, ".", variant);
  return absl::StrCat(file.substr(0, dot), ".", variant, file.substr(dot));
}

// A file for each variant, open from before the run: an hour of simulation is not to be lost to a slip of the pen.
class VariantFiles {
 public:
  absl::Status Open(const std::string& file, const scenario::LoadedScenario& loaded) {
    for (const scenario::LoadedVariant& variant : loaded.variants) {
      names_.push_back(VariantPath(file, loaded, variant.plan.variant));
      auto sink = NewFile::Create(names_.back());
      if (!sink.ok()) return sink.status();
      files_.push_back(*std::move(sink));
    }
    return absl::OkStatus();
  }
  // Of the next variant, in order.
  NewFile* Next() { return files_[next_++].get(); }
  // Of the variant whose file was the last Next().
  const std::string& name() const { return names_[next_ - 1]; }
  absl::Status Commit() {
    for (auto& file : files_) {
      if (const absl::Status status = file->Commit(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<NewFile>> files_;
  size_t next_ = 0;
};

std::string WrongPath(absl::string_view flag, const absl::Status& status) {
  return absl::StrCat("--", flag, ": ", status.message(), "; name a file in a folder that can be written");
}

// The files of --pcap. Empty: all is well; otherwise what is wrong.
std::string OpenCaptures(const Arguments& arguments, const scenario::LoadedScenario& loaded,
                         VariantFiles* files, scenario::RunOptions* options) {
  if (!arguments.Has("pcap")) return "";
  if (options->crypto != scenario::Crypto::kReal) {
    return "--pcap: nobody can decrypt modelled ciphers; leave --crypto out";
  }
  if (const absl::Status status = files->Open(arguments.Get("pcap"), loaded); !status.ok()) {
    return WrongPath("pcap", status);
  }
  options->open_capture = [files](const scenario::Plan&) { return files->Next(); };
  return "";
}

// The time that a flag says, since the start of the run.
absl::StatusOr<sim::Time> TimeOf(const Arguments& arguments, absl::string_view flag, sim::Time otherwise) {
  if (!arguments.Has(flag)) return otherwise;
  const absl::StatusOr<sim::Duration> time = scenario::ParseDuration(arguments.Get(flag));
  if (!time.ok()) return absl::InvalidArgumentError(absl::StrCat("--", flag, ": ", time.status().message()));
  return sim::kStart + *time;
}

std::string TimelineText(const std::string& file, const scenario::TimelineSummary& summary) {
  return absl::StrCat(
      file, ": ", scenario::DurationText(summary.from - sim::kStart), " to ",
      scenario::DurationText(summary.to - sim::kStart), ", ", summary.events, " events, ",
      summary.bytes >> 10, " KiB",
      summary.full ? "; then the file was full: --trace_from and --trace_to choose another part" : "");
}

// The files of --trace. Empty: all is well; otherwise what is wrong. A line about each goes to `written`.
std::string OpenTimelines(const Arguments& arguments, const scenario::LoadedScenario& loaded, VariantFiles* files,
                          std::vector<std::string>* written, scenario::RunOptions* options) {
  for (const char* flag : {"trace_from", "trace_to"}) {
    if (arguments.Has(flag) && !arguments.Has("trace")) {
      return absl::StrCat("--", flag, " chooses a part of what --trace=FILE writes; say where to");
    }
  }
  if (!arguments.Has("trace")) return "";
  const absl::StatusOr<sim::Time> from = TimeOf(arguments, "trace_from", sim::kStart);
  const absl::StatusOr<sim::Time> to = TimeOf(arguments, "trace_to", sim::kEndOfTime);
  for (const auto& time : {from, to}) {
    if (!time.ok()) return std::string(time.status().message());
  }
  if (*to <= *from) return "--trace_to: not after --trace_from; nothing would be written";
  for (const scenario::LoadedVariant& variant : loaded.variants) {
    if (*from - sim::kStart < variant.plan.duration) continue;
    return absl::StrCat("--trace_from: the run is over after ", scenario::DurationText(variant.plan.duration));
  }
  if (const absl::Status status = files->Open(arguments.Get("trace"), loaded); !status.ok()) {
    return WrongPath("trace", status);
  }
  options->open_timeline = [files, from = *from, to = *to](const scenario::Plan&) {
    return scenario::TimelineOptions{.sink = files->Next(), .from = from, .to = to};
  };
  options->on_timeline = [files, written](const scenario::Plan&, const scenario::TimelineSummary& summary) {
    written->push_back(TimelineText(files->name(), summary));
  };
  return "";
}

// Finds out before the run whether a page can be made at all and written where it shall go.
ExitCode OpenReport(const Command& command, const Arguments& arguments, Report* report, Console& console) {
  if (!arguments.Has("report")) return kOk;
  if (const absl::Status status = CheckWritable(arguments.Get("report")); !status.ok()) {
    return BadUsage(command, WrongPath("report", status), console);
  }
  if (const absl::Status status = report->Open(); !status.ok()) {
    console.err << "wgsim run: --report: " << status.message() << "\n";
    return kEnvironment;
  }
  return kOk;
}

// Writes what was asked for. Empty: all is well; otherwise what is wrong.
std::string WriteOutputs(const Arguments& arguments, const scenario::Result& result, Report* report,
                         VariantFiles* captures, VariantFiles* timelines) {
  absl::Status status;
  const auto failed = [&status](absl::string_view flag) { return absl::StrCat("--", flag, ": ", status.message()); };
  if (arguments.Has("json")) {
    if (status = WriteFile(arguments.Get("json"), scenario::ToJson(result)); !status.ok()) return failed("json");
  }
  if (arguments.Has("report")) {
    status = report->Write({result}, {result.file()}, arguments.Get("report"));
    if (!status.ok()) return failed("report");
  }
  if (status = captures->Commit(); !status.ok()) return failed("pcap");
  if (status = timelines->Commit(); !status.ok()) return failed("trace");
  return "";
}

ExitCode Run(const Arguments& arguments, Console& console) {
  const Command command = RunCommand();
  const std::optional<scenario::LoadedScenario> loaded = LoadFrom(command, arguments, console);
  if (!loaded.has_value()) return kBadInput;
  if (arguments.Has("json")) {
    // Before the run: an hour of simulation is not to be lost to a slip of the pen.
    if (const absl::Status status = CheckWritable(arguments.Get("json")); !status.ok()) {
      return BadUsage(command, WrongPath("json", status), console);
    }
  }
  Report report;
  if (const ExitCode code = OpenReport(command, arguments, &report, console); code != kOk) return code;
  const bool quiet = arguments.Has("quiet");
  const auto begin = std::chrono::steady_clock::now();
  scenario::RunOptions options;
  options.crypto =
      arguments.Get("crypto") == "modelled" ? scenario::Crypto::kModelled : scenario::Crypto::kReal;
  options.series = arguments.Has("series") || arguments.Has("report");
  VariantFiles captures, timelines;
  std::vector<std::string> written;
  std::string wrong = OpenCaptures(arguments, *loaded, &captures, &options);
  if (wrong.empty()) wrong = OpenTimelines(arguments, *loaded, &timelines, &written, &options);
  Gate gate;
  if (wrong.empty()) wrong = gate.Open(arguments, *loaded);
  if (!wrong.empty()) return BadUsage(command, wrong, console);
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
  gate.Judge(&result);
  if (!quiet) console.out << scenario::ResultTable(result) << std::flush;
  if (const std::string failed = WriteOutputs(arguments, result, &report, &captures, &timelines); !failed.empty()) {
    console.err << "wgsim run: " << failed << "\n";
    return kEnvironment;
  }
  if (!quiet) {
    for (const std::string& line : written) console.out << line << "\n";
  }
  if (const absl::Status status = gate.Write(result); !status.ok()) {
    console.err << "wgsim run: " << status.message() << "\n";
    return kEnvironment;
  }
  const std::string failures = absl::StrCat(scenario::Failures(result, "wgsim"),
                                            scenario::CheckFailures(result, "wgsim"), gate.Text(result, true));
  if (failures.empty()) {
    if (!quiet) console.out << gate.Text(result, false);
    return kOk;
  }
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
      {"report", "FILE",
       "writes the result as a page to look at, one HTML file that needs no network (docs/REPORT.md)"});
  command.flags.push_back(
      {"series", "",
       "has the result say how the run went over time, for --json and wgsim report; --report does so too. No other figure "
       "changes"});
  command.flags.push_back(
      {"pcap", "FILE",
       "writes every packet as pcapng with the secrets that decrypt it, for Wireshark and tshark: one interface for each "
       "network card and each tunnel, and why packets were dropped as comments. Several variants: one file each, with "
       "the variant's name before the extension"});
  command.flags.push_back(
      {"trace", "FILE",
       "writes a timeline for ui.perfetto.dev (docs/TIMELINE.md): what cores, queues, links and the configuration do, and "
       "the way of each packet through them. The result is the same with and without. Several variants: as --pcap"});
  command.flags.push_back(
      {"trace_from", "TIME", "where the timeline begins, \"10s\" of virtual time; the start of the run if left out"});
  command.flags.push_back(
      {"trace_to", "TIME",
       "where it ends; if left out, with the run, or after 128 MiB (of cilium_churn some 8 s), whichever is first"});
  for (const Flag& flag : Gate::Flags()) command.flags.push_back(flag);
  command.flags.push_back({"quiet", "", "prints nothing but what did not hold"});
  return command;
}

}  // namespace tools
