// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim conform: asserts what implementations of WireGuard must do.
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "conformance/adapter_target.h"
#include "conformance/assertion.h"
#include "conformance/capture_file.h"
#include "conformance/matrix.h"
#include "conformance/report.pb.h"
#include "conformance/report_text.h"
#include "conformance/runner.h"
#include "conformance/sim_target.h"
#include "protocol/check.h"
#include "protocol/profile.h"
#include "tools/commands.h"
#include "tools/conform/line_process.h"
#include "tools/conform/program_runner.h"
#include "tools/files.h"
#include "tools/new_file.h"

namespace tools {
namespace {

using conformance::Assertion;
using conformance::file::Expectations;
using conformance::file::TargetReport;

constexpr char kExpectations[] = "conformance/expectations/";

std::string ProfileNames() {
  std::vector<std::string> names;
  for (const wg::Profile* profile : wg::AllProfiles()) {
    names.push_back(absl::StrCat("sim/", profile->name));
  }
  return absl::StrJoin(names, ", ");
}

// Runs assertions; PermissionDenied: what the target needs is not permitted here.
using RunTarget =
    std::function<absl::StatusOr<TargetReport>(const std::vector<Assertion>&, const Expectations&)>;

RunTarget Simulated(const wg::Profile& profile, bool slow) {
  return
      [&profile, slow](const std::vector<Assertion>& assertions, const Expectations& expectations) {
        return conformance::RunAssertions(
            assertions, absl::StrCat("sim/", profile.name),
            [&profile] { return std::make_unique<conformance::SimTarget>(profile); }, expectations,
            slow);
      };
}

// How programs that come with wgsim or with Debian are started (tools/conform/program_target.h).
struct KnownProgram {
  const char* name;
  const char* start;
};
constexpr KnownProgram kPrograms[] = {
    {"wireguard-go", R"(wireguard-go "$WG_INTERFACE")"},
    {"live", R"("$WGSIM" live --interface="$WG_INTERFACE")"},
};

// The words to which a verb is added; empty: `target` is no program.
std::vector<std::string> ScriptOf(absl::string_view target) {
  for (const KnownProgram& program : kPrograms) {
    if (target == program.name)
      return {"sh", "-c", absl::StrCat("[ \"$1\" != start ] || ", program.start), program.name};
  }
  if (absl::ConsumePrefix(&target, "script:")) {
    std::error_code unknown;
    return {std::filesystem::absolute(std::string(target), unknown)};
  }
  return {};
}

RunTarget Real(const std::string& target, std::vector<std::string> script,
               const Arguments& arguments, Console& console) {
  conformance::ProgramRun run{
      .target = target, .script = std::move(script), .slow = arguments.Has("slow")};
  CHECK(absl::SimpleAtoi(arguments.Get("jobs", "0"), &run.jobs));
  // The program finds itself.
  std::error_code unknown;
  setenv("WGSIM", std::filesystem::read_symlink("/proc/self/exe", unknown).c_str(), 1);
  run.progress = [target, &console](size_t done, size_t all) {
    if (!console.err_is_terminal) return;
    console.err << "\r" << target << ": " << done << " of " << all << (done == all ? "\n" : "")
                << std::flush;
  };
  return [run](const std::vector<Assertion>& assertions, const Expectations& expectations) mutable {
    run.expectations = &expectations;
    return conformance::RunAgainstProgram(assertions, run);
  };
}

// An implementation that is given the time, a process of its own for each assertion.
RunTarget Adapted(const std::string& target, const std::string& command, bool slow) {
  return [target, command, slow](const std::vector<Assertion>& assertions,
                                 const Expectations& expectations) -> absl::StatusOr<TargetReport> {
    const auto make = [&] {
      return std::make_unique<conformance::AdapterTarget>(
          target,
          [process = std::shared_ptr(conformance::LineProcess::Start(command).value_or(nullptr))](
              const std::string& line) -> absl::StatusOr<std::string> {
            if (process == nullptr) return absl::UnavailableError("no process could be made");
            return process->Exchange(line);
          });
    };
    if (const std::string fault = make()->fault(); !fault.empty()) {
      return absl::UnavailableError(absl::StrCat(target, ": ", fault));
    }
    return conformance::RunAssertions(assertions, target, make, expectations, slow);
  };
}

// What is wanted, each once; empty: `wrong` is no target.
std::vector<RunTarget> Wanted(const Arguments& arguments, Console& console, std::string* wrong) {
  std::vector<std::string> targets = arguments.GetAll("target");
  if (targets.empty()) targets = {"sim"};
  std::vector<RunTarget> wanted;
  for (const std::string& target : targets) {
    const size_t before = wanted.size();
    for (const wg::Profile* profile : wg::AllProfiles()) {
      if (target == "sim" || target == absl::StrCat("sim/", profile->name)) {
        wanted.push_back(Simulated(*profile, arguments.Has("slow")));
      }
    }
    if (std::vector<std::string> script = ScriptOf(target); !script.empty()) {
      wanted.push_back(Real(target, std::move(script), arguments, console));
    }
    if (absl::string_view command = target; absl::ConsumePrefix(&command, "adapter:")) {
      wanted.push_back(Adapted(target, std::string(command), arguments.Has("slow")));
    }
    if (wanted.size() > before) continue;
    *wrong = target;
    return {};
  }
  return wanted;
}

// The first thing that is wrong with a text.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (text.empty()) text = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }
  std::string text;
};

// Of the files that the user names, or else of those that come with wgsim.
absl::StatusOr<Expectations> ReadExpectations(const std::vector<std::string>& named) {
  Files files;
  std::vector<std::string> paths = named;
  if (named.empty()) {
    for (const std::string& path : files.ShippedPaths()) {
      if (absl::StartsWith(path, kExpectations)) paths.push_back(path);
    }
  }
  Expectations all;
  for (const std::string& path : paths) {
    const absl::StatusOr<std::string> text =
        named.empty() ? files.ReadShipped(path) : files.Read(path);
    if (!text.ok()) return text.status();
    Expectations some;
    FirstError error;
    google::protobuf::TextFormat::Parser parser;
    parser.RecordErrorsTo(&error);
    if (!parser.ParseFromString(*text, &some)) {
      return absl::InvalidArgumentError(absl::StrCat(path, ":", error.text));
    }
    all.MergeFrom(some);
  }
  return all;
}

void List(const std::vector<Assertion>& assertions, Console& console) {
  for (const Assertion& assertion : assertions) {
    console.out << assertion.name << (assertion.is_slow ? "  (slow)" : "")
                << ((assertion.needs & conformance::kVirtualTime) != 0 ? "  (virtual time only)"
                                                                       : "")
                << "\n";
  }
  console.out << assertions.size() << " assertions\n";
}

absl::Status Write(const std::string& file, const std::string& text) {
  if (file.empty()) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<NewFile>> out = NewFile::Create(file);
  if (!out.ok()) return out.status();
  (*out)->Write(text);
  return (*out)->Commit();
}

// A capture for each assertion that failed, expected or not, into a folder for each target.
absl::Status WriteCaptures(const std::string& folder, const conformance::file::Report& report) {
  if (folder.empty()) return absl::OkStatus();
  for (const TargetReport& target : report.targets()) {
    for (const conformance::file::AssertionReport& one : target.assertions()) {
      if (one.history().empty()) continue;
      const std::filesystem::path path =
          std::filesystem::path(folder) / conformance::CaptureName(target.target(), one);
      std::error_code error;
      std::filesystem::create_directories(path.parent_path(), error);
      absl::StatusOr<std::unique_ptr<NewFile>> out = NewFile::Create(path.string());
      if (!out.ok()) return out.status();
      conformance::WriteCapture(one, out->get());
      if (const absl::Status status = (*out)->Commit(); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status WriteFiles(const Arguments& arguments, const conformance::file::Report& report) {
  for (const auto& [file, text] :
       {std::pair(arguments.Get("json"), conformance::JsonText(report)),
        std::pair(arguments.Get("junit"), conformance::JunitXml(report)),
        std::pair(arguments.Get("html"), conformance::MatrixHtml(report)),
        std::pair(arguments.Get("markdown"), conformance::MatrixMarkdown(report))}) {
    if (absl::Status status = Write(file, text); !status.ok()) return status;
  }
  return WriteCaptures(arguments.Get("pcap_dir"), report);
}

ExitCode Run(const Arguments& arguments, Console& console) {
  const Command command = ConformCommand();
  if (!arguments.positional().empty()) {
    return BadUsage(command,
                    absl::StrCat("takes no argument \"", arguments.positional()[0],
                                 "\"; assertions are chosen by --only"),
                    console);
  }
  conformance::Selection selection{.only = arguments.GetAll("only"),
                                   .skip = arguments.GetAll("skip"),
                                   .slow = arguments.Has("slow")};
  const std::vector<Assertion> all = conformance::AllAssertions();
  std::vector<std::string> unmatched;
  const std::vector<Assertion> selected = conformance::Select(all, selection, &unmatched);
  if (!unmatched.empty()) {
    return BadUsage(command,
                    absl::StrCat("no assertion is called \"", unmatched[0],
                                 "\"; wgsim conform --list shows all"),
                    console);
  }
  if (arguments.Has("list") || arguments.Has("dry_run")) {
    List(selected, console);
    return kOk;
  }
  if (int jobs = 1;
      arguments.Has("jobs") && (!absl::SimpleAtoi(arguments.Get("jobs"), &jobs) || jobs < 1)) {
    return BadUsage(command,
                    absl::StrCat("--jobs is ", arguments.Get("jobs"), "; write a number from 1"),
                    console);
  }
  std::string wrong;
  const std::vector<RunTarget> targets = Wanted(arguments, console, &wrong);
  if (targets.empty()) {
    return BadUsage(
        command,
        absl::StrCat("there is no target \"", wrong, "\"; there are sim (all profiles), ",
                     ProfileNames(), ", live, wireguard-go, script:FILE and adapter:COMMAND"),
        console);
  }
  const absl::StatusOr<Expectations> expectations =
      ReadExpectations(arguments.GetAll("expectations"));
  if (!expectations.ok()) {
    console.err << "wgsim conform: " << expectations.status().message() << "\n";
    return kBadInput;
  }
  conformance::file::Report report;
  for (const RunTarget& run : targets) {
    absl::StatusOr<TargetReport> one = run(selected, *expectations);
    if (!one.ok()) {
      console.err << "wgsim conform: " << one.status().message() << "\n";
      return kEnvironment;
    }
    *report.add_targets() = *std::move(one);
  }
  if (const absl::Status status = WriteFiles(arguments, report); !status.ok()) {
    console.err << "wgsim conform: " << status.message() << "\n";
    return kEnvironment;
  }
  console.out << conformance::TreeText(report, arguments.Has("verbose"));
  return conformance::Succeeded(report, arguments.Has("strict")) ? kOk : kNotHeld;
}

}  // namespace

Command ConformCommand() {
  return {
      "conform",
      "[FLAGS]",
      "asserts what implementations of WireGuard must do",
      "Runs the assertions of the catalogue (docs/CATALOGUE.md) as scripts against a target, a "
      "fresh one for each: datagrams that keep "
      "the protocol and datagrams that break it, packets, configuration and time. Says what was "
      "expected and what was seen. "
      "docs/CONFORMANCE.md tells how to read it.\n\n"
      "  wgsim conform --only='NOISE*' --verbose\n"
      "  wgsim conform --target=sim/WIREGUARD_GO --only=NOISE-039",
      {
          {"target", "NAME",
           "sim (all profiles, the default), sim/PROFILE; in real time live (wgsim live), "
           "wireguard-go or script:FILE, which starts any other program; adapter:COMMAND for what "
           "is "
           "given the time (conformance/adapter.proto)",
           true},
          {"only", "PATTERN",
           "only assertions whose name holds this, whose id it is, or that begin with what is "
           "before *",
           true},
          {"skip", "PATTERN", "all but those", true},
          {"list", "", "lists the assertions and runs nothing"},
          {"dry_run", "", "lists those that would be run"},
          {"slow", "", "also those that take a real target more than 10 s"},
          {"expectations", "FILE",
           "what is known to fail, and why, instead of the lists that come with wgsim", true},
          {"jobs", "N",
           "how many assertions a real target gets at once, each in a sandbox of its own"},
          {"strict", "", "also fails when something was skipped or not decided"},
          {"verbose", "", "shows what passed, too"},
          {"json", "FILE", "writes everything as JSON; the same version gives the same bytes"},
          {"junit", "FILE", "writes JUnit XML"},
          {"pcap_dir", "FOLDER",
           "writes a capture of each assertion that failed, with the secrets that decrypt it, for "
           "Wireshark: FOLDER/TARGET/ASSERTION.pcapng"},
          {"html", "FILE", "writes the matrix of assertions and targets as a page"},
          {"markdown", "FILE", "writes the matrix as Markdown"},
      },
      &Run,
  };
}

}  // namespace tools
