// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/cost_model_file.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "scenarios/cost_model.pb.h"
#include "scenarios/document.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

constexpr absl::string_view kExtension = ".textproto";
constexpr absl::string_view kFolder = "cost_models/";

std::vector<std::string> CostNames() {
  std::vector<std::string> names;
  for (int i = 0; i < wgnode::kCosts; ++i) {
    names.push_back(std::string(wgnode::CostName(static_cast<wgnode::Cost>(i))));
  }
  return names;
}

std::string DidYouMean(const std::string& word, const std::vector<std::string>& names) {
  const std::string near = Nearest(word, names);
  return near.empty() ? "" : absl::StrCat("did you mean ", near, "? ");
}

// One half of a price, as it is written: what it comes to is known when all lists are read.
struct Amount {
  int64_t value = 0;
  bool in_instructions = false;
  Location where;
  std::string path;
};

struct Entry {
  Amount fixed;     // nanoseconds or instructions
  Amount per_unit;  // picoseconds or thousandths of an instruction
};

// The price list and its bases, read one after the other; what comes later replaces what is there.
class Lists {
 public:
  Lists(FileReader* files, Diagnostics* diagnostics) : files_(*files), diagnostics_(*diagnostics) {}

  // The list and, before it, its bases. False: something could not be read, so what is missing
  // cannot be known.
  bool Read(absl::string_view text, absl::string_view file);
  // What all lists together lack, and the model.
  wgnode::CostModel Model(absl::string_view file);

 private:
  bool ReadBase(const Node& root, const file::CostModelFile& message, absl::string_view file);
  void ReadInstruction(const Node& node, const file::InstructionTime& instruction);
  void ReadPrices(const Node& root, const file::CostModelFile& message);
  Entry ReadPrice(const Node& node, const file::Price& price, wgnode::Cost cost);
  // The one of two fields that is written; `needed`: one of them must be.
  Amount ReadAmount(const Node& node, absl::string_view time, std::optional<int64_t> in_time,
                    absl::string_view instructions, std::optional<int64_t> in_instructions,
                    absl::string_view missing);
  void CheckRange(const Node& node, absl::string_view field, int64_t value, int64_t lowest,
                  int64_t highest);
  int64_t Picoseconds(const Amount& amount, int64_t numerator, int64_t denominator,
                      int64_t highest);

  FileReader& files_;
  Diagnostics& diagnostics_;
  std::vector<std::string> reading_;  // the list, its base, ...: for cycles
  std::string name_;                  // of the last list read
  std::array<std::optional<Entry>, wgnode::kCosts> entries_;
  std::optional<Amount> instruction_;  // picoseconds
};

bool Lists::Read(absl::string_view text, absl::string_view file) {
  file::CostModelFile message;
  Diagnostics found;
  const Document document(text, file, &message, &found);
  if (!found.empty()) {
    for (const Diagnostic& d : found.Sorted()) diagnostics_.Add(d.where, d.field, d.message);
    return false;
  }
  const Node root(&document, &message);
  reading_.emplace_back(file);
  const bool complete = !message.has_base() || ReadBase(root, message, file);
  reading_.pop_back();
  if (!IsName(message.name())) {
    diagnostics_.Add(
        root.WhereIs("name"), "name",
        absl::StrCat("\"", message.name(), "\" is no name; write letters, digits, _ and -"));
  }
  name_ = message.name();
  if (message.has_instruction()) {
    ReadInstruction(root.Child("instruction"), message.instruction());
  }
  ReadPrices(root, message);
  return complete;
}

bool Lists::ReadBase(const Node& root, const file::CostModelFile& message,
                     absl::string_view file) {
  const auto wrong = [&](absl::string_view what) {
    diagnostics_.Add(root.WhereIs("base"), "base", what);
    return false;
  };
  const absl::StatusOr<CostModelText> base = ReadCostModel(message.base(), file, &files_);
  if (!base.ok()) return wrong(base.status().message());
  if (std::find(reading_.begin(), reading_.end(), base->path) != reading_.end()) {
    return wrong(absl::StrCat("leads back: ", absl::StrJoin(reading_, " -> "), " -> ", base->path,
                              "; name a list that is not based on this one"));
  }
  if (reading_.size() == kMostBases) {
    return wrong(absl::StrCat("more than ", kMostBases, " lists follow each other: ",
                              absl::StrJoin(reading_, " -> "), "; name an earlier one"));
  }
  return Read(base->text, base->path);
}

void Lists::ReadInstruction(const Node& node, const file::InstructionTime& instruction) {
  if (!instruction.has_ps()) {
    diagnostics_.Add(node.WhereIs("ps"), node.PathOf("ps"),
                     "is missing; write ps: PICOSECONDS for one instruction");
  } else {
    CheckRange(node, "ps", instruction.ps(), 1, kHighestInstructionPs);
  }
  if (instruction.source().empty()) {
    diagnostics_.Add(node.WhereIs("source"), node.PathOf("source"),
                     "is missing; say where the number is from, or that it is assumed");
  }
  instruction_ = Amount{instruction.ps(), false, node.WhereIs("ps"), node.PathOf("ps")};
}

void Lists::ReadPrices(const Node& root, const file::CostModelFile& message) {
  std::array<int, wgnode::kCosts> lines{};
  for (int i = 0; i < message.prices_size(); ++i) {
    const file::Price& price = message.prices(i);
    const Node node = root.Child("prices", i);
    const std::optional<wgnode::Cost> cost = wgnode::FindCost(price.name());
    if (!cost.has_value()) {
      diagnostics_.Add(node.WhereIs("name"), node.PathOf("name"),
                       absl::StrCat("there is no work called \"", price.name(), "\"; ",
                                    DidYouMean(price.name(), CostNames()), "there are ",
                                    absl::StrJoin(CostNames(), ", ")));
      continue;
    }
    int& line = lines[static_cast<int>(*cost)];
    if (line != 0) {
      diagnostics_.Add(
          node.WhereIs("name"), node.PathOf("name"),
          absl::StrCat(price.name(), " has a price in line ", line, " already; keep one"));
    }
    line = node.where().line;
    entries_[static_cast<int>(*cost)] = ReadPrice(node, price, *cost);
  }
}

Entry Lists::ReadPrice(const Node& node, const file::Price& price, wgnode::Cost cost) {
  const absl::string_view unit = wgnode::CostUnit(cost);
  const auto wrong = [&](absl::string_view field, absl::string_view message) {
    diagnostics_.Add(node.WhereIs(field), node.PathOf(field), message);
  };
  const auto value = [](bool has, int64_t v) { return has ? std::optional(v) : std::nullopt; };
  Entry entry;
  entry.fixed =
      ReadAmount(node, "fixed_ns", value(price.has_fixed_ns(), price.fixed_ns()),
                 "fixed_instructions",
                 value(price.has_fixed_instructions(), price.fixed_instructions()),
                 absl::StrCat(price.name(),
                              " has no price; write fixed_ns: NANOSECONDS or fixed_instructions: "
                              "INSTRUCTIONS"));
  if (unit.empty()) {
    for (const auto& [has, field] :
         {std::pair(price.has_per_unit_ps(), "per_unit_ps"),
          std::pair(price.has_per_unit_milli_instructions(), "per_unit_milli_instructions"),
          std::pair(price.has_unit(), "unit")}) {
      if (has) wrong(field, absl::StrCat(price.name(), " has no units; leave ", field, " out"));
    }
  } else {
    entry.per_unit = ReadAmount(
        node, "per_unit_ps", value(price.has_per_unit_ps(), price.per_unit_ps()),
        "per_unit_milli_instructions",
        value(price.has_per_unit_milli_instructions(), price.per_unit_milli_instructions()),
        absl::StrCat(price.name(), " has no price for a ", unit,
                     "; write per_unit_ps: PICOSECONDS or per_unit_milli_instructions: "
                     "THOUSANDTHS"));
    if (absl::string_view(price.unit()) != unit) {
      wrong("unit", absl::StrCat("the units of ", price.name(), " are not \"", price.unit(),
                                 "\"; write unit: \"", unit, "\""));
    }
  }
  if (price.source().empty()) {
    wrong("source",
          absl::StrCat(price.name(),
                       " has no source; say where the number is from, or that it is assumed"));
  }
  return entry;
}

Amount Lists::ReadAmount(const Node& node, absl::string_view time, std::optional<int64_t> in_time,
                         absl::string_view instructions, std::optional<int64_t> in_instructions,
                         absl::string_view missing) {
  if (!in_time.has_value() && !in_instructions.has_value()) {
    diagnostics_.Add(node.WhereIs(time), node.PathOf(time), missing);
    return {};
  }
  if (in_time.has_value() && in_instructions.has_value()) {
    diagnostics_.Add(
        node.WhereIs(instructions), node.PathOf(instructions),
        absl::StrCat("the price is written as ", time, " as well; keep one of the two"));
  }
  const absl::string_view field = in_time.has_value() ? time : instructions;
  const int64_t value = in_time.has_value() ? *in_time : *in_instructions;
  CheckRange(node, field, value, 0, kHighestPrice);
  return {value, !in_time.has_value(), node.WhereIs(field), node.PathOf(field)};
}

void Lists::CheckRange(const Node& node, absl::string_view field, int64_t value, int64_t lowest,
                       int64_t highest) {
  if (value >= lowest && value <= highest) return;
  diagnostics_.Add(node.WhereIs(field), node.PathOf(field),
                   absl::StrCat(value,
                                value < 0        ? " is negative"
                                : value < lowest ? " is too little"
                                                 : " is too much",
                                "; write ", lowest, " to ", highest));
}

// `amount` * numerator / denominator, the nearest; `highest` bounds the result.
int64_t Lists::Picoseconds(const Amount& amount, int64_t numerator, int64_t denominator,
                           int64_t highest) {
  const int64_t ps = (amount.value * numerator + denominator / 2) / denominator;
  if (ps > highest) {
    diagnostics_.Add(amount.where, amount.path,
                     absl::StrCat(amount.value, " takes ", ps, " ps, which is too much; at most ",
                                  highest, " ps"));
  }
  return ps;
}

wgnode::CostModel Lists::Model(absl::string_view file) {
  wgnode::CostModel model;
  model.set_name(name_);
  bool counted = false;
  const bool in_range = diagnostics_.empty();
  const int64_t instruction = instruction_.has_value() ? instruction_->value : 0;
  for (int i = 0; i < wgnode::kCosts; ++i) {
    if (!entries_[i].has_value()) {
      diagnostics_.Add(
          {std::string(file), 1, 1}, absl::StrCat("prices.", CostNames()[i]),
          absl::StrCat("is missing; write prices { name: \"", CostNames()[i], "\" ... }"));
      continue;
    }
    const Entry& entry = *entries_[i];
    for (const Amount* amount : {&entry.fixed, &entry.per_unit}) {
      if (!amount->in_instructions) continue;
      counted = true;
      if (instruction_.has_value()) continue;
      diagnostics_.Add(amount->where, amount->path,
                       "nothing says what an instruction takes; write instruction { ps: "
                       "PICOSECONDS source: \"...\" }");
    }
    if (!in_range) continue;
    model.set_price(
        static_cast<wgnode::Cost>(i),
        {.fixed_ps = Picoseconds(entry.fixed, entry.fixed.in_instructions ? instruction : 1000, 1,
                                 1000 * kHighestPrice),
         .per_unit_ps = entry.per_unit.in_instructions
                            ? Picoseconds(entry.per_unit, instruction, 1000, kHighestPrice)
                            : entry.per_unit.value});
  }
  if (instruction_.has_value() && !counted) {
    diagnostics_.Add(instruction_->where, instruction_->path,
                     "no price is in instructions; leave instruction out");
  }
  return model;
}

}  // namespace

absl::StatusOr<CostModelText> ReadCostModel(const std::string& reference, absl::string_view from,
                                            FileReader* files) {
  CostModelText found;
  if (IsName(reference)) {
    found.path = absl::StrCat(kFolder, reference, kExtension);
    absl::StatusOr<std::string> text = files->ReadShipped(found.path);
    if (text.ok()) {
      found.text = *std::move(text);
      return found;
    }
    std::vector<std::string> names;
    for (const std::string& known : files->ShippedPaths()) {
      absl::string_view name = known;
      if (absl::ConsumePrefix(&name, kFolder) && absl::ConsumeSuffix(&name, kExtension))
        names.emplace_back(name);
    }
    return absl::NotFoundError(absl::StrCat(
        "there is no cost model \"", reference, "\"; ", DidYouMean(reference, names), "there are ",
        absl::StrJoin(names, ", "), ", or write a path to a file of your own"));
  }
  const size_t slash = from.rfind('/');
  const bool relative = slash != absl::string_view::npos && !absl::StartsWith(reference, "/");
  found.path = absl::StrCat(relative ? from.substr(0, slash + 1) : "", reference);
  absl::StatusOr<std::string> text = files->Read(found.path);
  if (!text.ok()) {
    return absl::NotFoundError(absl::StrCat("\"", reference, "\" cannot be read (",
                                            text.status().message(),
                                            "); write a path relative to this file"));
  }
  found.text = *std::move(text);
  return found;
}

wgnode::CostModel ParseCostModel(absl::string_view text, absl::string_view file, FileReader* files,
                                 Diagnostics* diagnostics) {
  // What is wrong elsewhere does not make this list wrong.
  Diagnostics found;
  Lists lists(files, &found);
  wgnode::CostModel model;
  if (lists.Read(text, file)) model = lists.Model(file);
  for (const Diagnostic& d : found.Sorted()) diagnostics->Add(d.where, d.field, d.message);
  return model;
}

std::string CostModelDescription(absl::string_view text) {
  file::CostModelFile message;
  Diagnostics ignored;
  const Document document(text, "", &message, &ignored);
  return message.description();
}

}  // namespace scenario
