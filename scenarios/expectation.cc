// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/expectation.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "protocol/check.h"
#include "protocol/effects.h"
#include "scenarios/values.h"
#include "sim/net/drop.h"
#include "sim/time.h"

namespace scenario {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status Wrong(absl::string_view what, absl::string_view right) {
  return absl::InvalidArgumentError(absl::StrCat(what, "; ", right));
}

std::string Choice(absl::string_view word, const std::vector<std::string>& names) {
  const std::string near = Nearest(word, names);
  return absl::StrCat(near.empty() ? "" : absl::StrCat("did you mean ", near, "? "), "there are ",
                      names.empty() ? "none" : absl::StrJoin(names, ", "));
}

// A figure's parts: the variant, with its point if it names one, then fields and names of elements.
using Figure = std::vector<std::string>;
using Resolver = absl::FunctionRef<absl::StatusOr<double>(const Figure&)>;

std::string NumberText(double value) {
  if (value == std::floor(value) && std::fabs(value) < 1e15) {
    return absl::StrCat(static_cast<int64_t>(value));
  }
  return absl::StrCat(value);
}

// Brackets deeper than this are refused rather than recursed into.
constexpr int kDeepest = 32;

// Reads and computes at the same time; `seen` grows along.
class Evaluator {
 public:
  Evaluator(absl::string_view text, Resolver resolve) : rest_(text), resolve_(resolve) {}

  absl::StatusOr<Judgement> Run() {
    absl::StatusOr<double> left = Sum();
    if (!left.ok()) return left.status();
    std::string op;
    for (const char* known : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (Take(known)) {
        op = known;
        break;
      }
    }
    if (op.empty()) {
      Skip();
      return Wrong(rest_.empty() ? "there is no comparison"
                                 : absl::StrCat("\"", rest_, "\" is not understood"),
                   "write FIGURE OPERATOR FIGURE, as \"replace.bystanders.refused == 0\"");
    }
    absl::StrAppend(&seen_, " ", op, " ");
    absl::StatusOr<double> right = Sum();
    if (!right.ok()) return right.status();
    Skip();
    if (!rest_.empty()) {
      return Wrong(absl::StrCat("\"", rest_, "\" is too much"), "write one comparison only");
    }
    return Judgement{Compare(op, *left, *right), seen_};
  }

 private:
  static bool Compare(const std::string& op, double a, double b) {
    if (op == "==") return a == b;
    if (op == "!=") return a != b;
    if (op == "<") return a < b;
    if (op == "<=") return a <= b;
    if (op == ">") return a > b;
    return a >= b;
  }

  void Skip() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }
  bool Take(absl::string_view token) {
    Skip();
    return absl::ConsumePrefix(&rest_, token);
  }

  absl::StatusOr<double> Sum() {
    absl::StatusOr<double> value = Product();
    while (value.ok()) {
      const bool plus = Take("+");
      if (!plus && !Take("-")) break;
      seen_ += plus ? " + " : " - ";
      absl::StatusOr<double> next = Product();
      if (!next.ok()) return next;
      value = plus ? *value + *next : *value - *next;
    }
    return value;
  }

  absl::StatusOr<double> Product() {
    absl::StatusOr<double> value = Term();
    while (value.ok()) {
      const bool times = Take("*");
      if (!times && !Take("/")) break;
      seen_ += times ? " * " : " / ";
      absl::StatusOr<double> next = Term();
      if (!next.ok()) return next;
      // By zero: infinite or not a number, with which no comparison but != is what one hopes for.
      value = times ? *value * *next : *value / *next;
    }
    return value;
  }

  absl::StatusOr<double> Term() {
    if (Take("(")) {
      if (++depth_ > kDeepest) return Wrong("brackets are nested too deeply", "use fewer");
      seen_ += "(";
      absl::StatusOr<double> value = Sum();
      if (!value.ok()) return value;
      if (!Take(")")) return Wrong("a bracket is not closed", "write )");
      seen_ += ")";
      --depth_;
      return value;
    }
    Skip();
    if (rest_.empty()) return Wrong("it ends too early", "write a figure or a number");
    absl::StatusOr<double> value = absl::ascii_isdigit(rest_[0]) ? Number() : Named();
    if (value.ok()) seen_ += NumberText(*value);
    return value;
  }

  absl::StatusOr<double> Number() {
    size_t length = 0;
    while (length < rest_.size() && (absl::ascii_isalnum(rest_[length]) || rest_[length] == '.'))
      ++length;
    const absl::string_view text = rest_.substr(0, length);
    double value = 0;
    if (const absl::StatusOr<sim::Duration> time = ParseDuration(text); time.ok()) {
      rest_.remove_prefix(length);
      return static_cast<double>(time->count()) / 1e3;
    }
    if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) {
      return Wrong(absl::StrCat("\"", text, "\" is not a number"), "write digits, as 0 or 1.5, or a time, as 200us");
    }
    rest_.remove_prefix(length);
    return value;
  }

  absl::StatusOr<double> Named() {
    const auto in_name = [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-'; };
    Figure figure;
    do {
      size_t length = 0;
      while (length < rest_.size() && in_name(rest_[length])) ++length;
      if (length == 0) {
        return Wrong(absl::StrCat("\"", rest_, "\" is not understood"),
                     "write figures as VARIANT.FIELD, for example replace.bystanders.refused");
      }
      if (figure.empty()) {
        absl::StatusOr<size_t> point = LengthOfPoint(length);
        if (!point.ok()) return point.status();
        length += *point;
      }
      if (figure.empty() && length < rest_.size() && rest_[length] == '(') {
        return Function(rest_.substr(0, length));
      }
      figure.emplace_back(rest_.substr(0, length));
      rest_.remove_prefix(length);
      if (absl::ConsumePrefix(&rest_, "[\"")) {
        const size_t end = rest_.find("\"]");
        if (end == absl::string_view::npos)
          return Wrong("a name in [\" is not closed", "write \"]");
        figure.emplace_back(rest_.substr(0, end));
        rest_.remove_prefix(end + 2);
      }
    } while (absl::ConsumePrefix(&rest_, "."));
    return resolve_(figure);
  }

  // min(a, b), max(a, b), abs(a); min and max of one or more.
  absl::StatusOr<double> Function(absl::string_view name) {
    if (name != "min" && name != "max" && name != "abs") {
      return Wrong(absl::StrCat("there is no function \"", name, "\""), Choice(name, {"min", "max", "abs"}));
    }
    if (++depth_ > kDeepest) return Wrong("brackets are nested too deeply", "use fewer");
    const std::string before = seen_;
    rest_.remove_prefix(name.size() + 1);
    absl::StatusOr<double> value = Sum();
    while (value.ok() && Take(",")) {
      if (name == "abs") return Wrong("abs is of one figure", "write abs(FIGURE)");
      const absl::StatusOr<double> next = Sum();
      if (!next.ok()) return next;
      value = name == "min" ? std::min(*value, *next) : std::max(*value, *next);
    }
    if (!value.ok()) return value;
    if (!Take(")")) return Wrong("a bracket is not closed", "write )");
    --depth_;
    seen_ = before;  // what it came to is said, not of what
    return name == "abs" ? std::fabs(*value) : *value;
  }

  // Of "[AXIS=VALUE]" at `at`; 0 if there is none.
  absl::StatusOr<size_t> LengthOfPoint(size_t at) const {
    if (at >= rest_.size() || rest_[at] != '[') return size_t{0};
    const size_t end = rest_.find(']', at);
    if (end == absl::string_view::npos) {
      return Wrong(absl::StrCat("\"", rest_.substr(at), "\" is not closed"), "write ]");
    }
    return end + 1 - at;
  }

  absl::string_view rest_;
  const Resolver resolve_;
  std::string seen_;
  int depth_ = 0;
};

bool IsNumber(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return !field->is_repeated();
    default:
      return false;
  }
}

// A list of DropCount: its elements go by their reason, wherever the place.
bool IsDrops(const FieldDescriptor* field) {
  return field->is_repeated() && field->message_type() == DropCount::descriptor();
}

std::vector<std::string> DropReasons() {
  std::vector<std::string> reasons;
  for (int i = 0; i < wg::kDropReasons; ++i) {
    reasons.emplace_back(wg::DropReasonName(static_cast<wg::DropReason>(i)));
  }
  for (int i = 0; i < net::kDrops; ++i) {
    const std::string name(net::DropName(static_cast<net::Drop>(i)));
    if (std::find(reasons.begin(), reasons.end(), name) == reasons.end()) reasons.push_back(name);
  }
  // Of programs in user space (wgnode::WgTunnel).
  for (const char* tun : {"no_peer", "not_ip", "tun_queue_full"}) reasons.emplace_back(tun);
  return reasons;
}

double CountOf(const Message& message, const FieldDescriptor* drops, const std::string& reason) {
  const auto* reflection = message.GetReflection();
  uint64_t count = 0;
  for (int i = 0; i < reflection->FieldSize(message, drops); ++i) {
    const auto& drop = static_cast<const DropCount&>(reflection->GetRepeatedMessage(message, drops, i));
    if (drop.reason() == reason) count += drop.count();
  }
  return static_cast<double>(count);
}

std::vector<std::string> FigureNames(const Descriptor* type) {
  std::vector<std::string> names;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const bool list = field->is_repeated() && field->message_type() != nullptr &&
                      (field->message_type()->FindFieldByName("name") != nullptr || IsDrops(field));
    if (IsNumber(field) || list || (field->message_type() != nullptr && !field->is_repeated())) {
      names.push_back(field->name());
    }
  }
  return names;
}

// The figure without shorthand: bystanders are inserted where the variant has no such field.
Figure Spelt(const Figure& figure) {
  Figure spelt = figure;
  if (figure.size() > 1 && VariantResult::descriptor()->FindFieldByName(figure[1]) == nullptr &&
      FlowGroup::descriptor()->FindFieldByName(figure[1]) != nullptr) {
    spelt.insert(spelt.begin() + 1, "bystanders");
  }
  return spelt;
}

absl::Status CheckFigure(const Figure& written, const std::vector<std::string>& variants,
                         const std::vector<std::string>* flows, const Axes& axes) {
  const absl::StatusOr<VariantReference> reference = ParseVariantReference(written[0], axes);
  if (!reference.ok()) return reference.status();
  if (std::find(variants.begin(), variants.end(), reference->variant) == variants.end()) {
    return Wrong(absl::StrCat("there is no variant \"", reference->variant, "\""),
                 Choice(reference->variant, variants));
  }
  const Figure figure = Spelt(written);
  const Descriptor* type = VariantResult::descriptor();
  std::string path = figure[0];
  for (size_t i = 1; i < figure.size(); ++i) {
    const FieldDescriptor* field = type->FindFieldByName(figure[i]);
    if (field == nullptr) {
      return Wrong(absl::StrCat(path, " has no figure \"", figure[i], "\""),
                   Choice(figure[i], FigureNames(type)));
    }
    absl::StrAppend(&path, ".", figure[i]);
    const bool last = i + 1 == figure.size();
    if (IsDrops(field) && !last) {
      const std::string& reason = figure[++i];
      const std::vector<std::string> reasons = DropReasons();
      if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) {
        return Wrong(absl::StrCat("nothing is dropped because of \"", reason, "\""),
                     Choice(reason, reasons));
      }
      if (i + 1 == figure.size()) return absl::OkStatus();
      return Wrong(absl::StrCat(path, "[\"", reason, "\"] is a number"), "end the figure there");
    }
    if (field->is_repeated()) {
      if (field->message_type() == nullptr ||
          field->message_type()->FindFieldByName("name") == nullptr || last) {
        return Wrong(absl::StrCat(path, " is a list"),
                     absl::StrCat("write ", path, "[\"NAME\"].FIGURE, of what has names"));
      }
      const std::string& name = figure[++i];
      if (field->name() == "flows" && flows != nullptr &&
          std::find(flows->begin(), flows->end(), name) == flows->end()) {
        return Wrong(absl::StrCat("there is no flow \"", name, "\""), Choice(name, *flows));
      }
      absl::StrAppend(&path, "[\"", name, "\"]");
    } else if (IsNumber(field)) {
      if (last) return absl::OkStatus();
      return Wrong(absl::StrCat(path, " is a number"), "end the figure there");
    }
    type = field->message_type();
    if (type == nullptr)
      return Wrong(absl::StrCat(path, " is not a number"), "name a figure that is one");
  }
  return Wrong(absl::StrCat(path, " is not a number"),
               absl::StrCat("name one of its figures: ", absl::StrJoin(FigureNames(type), ", ")));
}

const Message* FindNamed(const Message& message, const FieldDescriptor* field,
                         const std::string& name) {
  const auto* reflection = message.GetReflection();
  const FieldDescriptor* key = field->message_type()->FindFieldByName("name");
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    const Message& element = reflection->GetRepeatedMessage(message, field, i);
    if (element.GetReflection()->GetString(element, key) == name) return &element;
  }
  return nullptr;
}

// Of the run that is called `run`.
double ValueOf(const Figure& written, const std::string& run, const Result& result) {
  const Figure figure = Spelt(written);
  const Message* message =
      FindNamed(result, Result::descriptor()->FindFieldByName("variants"), run);
  CHECK(message != nullptr);
  for (size_t i = 1; i < figure.size(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(figure[i]);
    if (IsDrops(field)) return CountOf(*message, field, figure[++i]);
    if (field->is_repeated()) {
      message = FindNamed(*message, field, figure[++i]);
      if (message == nullptr) return 0;
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
      return static_cast<double>(message->GetReflection()->GetUInt64(*message, field));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
      return message->GetReflection()->GetDouble(*message, field);
    } else {
      message = &message->GetReflection()->GetMessage(*message, field);
    }
  }
  return 0;
}

Axes AxesOf(const Result& result) {
  Axes axes;
  for (const SweepAxis& axis : result.sweep()) {
    axes.push_back({.name = axis.name(),
                    .field = axis.field(),
                    .values = {axis.values().begin(), axis.values().end()}});
  }
  return axes;
}

// The figures that `text` names, as written.
std::vector<Figure> FiguresOf(absl::string_view text) {
  std::vector<Figure> figures;
  const auto note = [&](const Figure& figure) -> absl::StatusOr<double> {
    figures.push_back(figure);
    return 1.0;
  };
  Evaluator(text, note).Run().IgnoreError();
  return figures;
}

// The run that the figure is of at this point.
std::string RunOf(const Figure& figure, const Axes& axes, const Point& point) {
  const absl::StatusOr<VariantReference> reference = ParseVariantReference(figure[0], axes);
  CHECK(reference.ok());
  return RunName(*reference, axes, point);
}

bool CanJudgeAt(absl::string_view text, const Axes& axes, const std::vector<std::string>& runs,
                const Point& point) {
  const std::vector<Figure> figures = FiguresOf(text);
  return std::all_of(figures.begin(), figures.end(), [&](const Figure& figure) {
    return std::find(runs.begin(), runs.end(), RunOf(figure, axes, point)) != runs.end();
  });
}

}  // namespace

absl::Status CheckExpectation(absl::string_view text, const std::vector<std::string>& variants,
                              const std::vector<std::string>* flows, const Axes& axes) {
  const auto check = [&](const Figure& figure) -> absl::StatusOr<double> {
    absl::Status status = CheckFigure(figure, variants, flows, axes);
    if (!status.ok()) return status;
    return 1.0;
  };
  return Evaluator(text, check).Run().status();
}

std::vector<std::string> VariantsOf(absl::string_view text) {
  std::vector<std::string> variants;
  for (const Figure& figure : FiguresOf(text)) {
    variants.push_back(figure[0].substr(0, figure[0].find('[')));
  }
  return variants;
}

bool CanJudge(absl::string_view text, const Axes& axes, const std::vector<std::string>& runs) {
  const std::vector<Point> points = Points(axes);
  return std::any_of(points.begin(), points.end(),
                     [&](const Point& point) { return CanJudgeAt(text, axes, runs, point); });
}

Judgement Judge(absl::string_view text, const Result& result) {
  const Axes axes = AxesOf(result);
  std::vector<std::string> runs;
  for (const VariantResult& variant : result.variants()) runs.push_back(variant.name());
  // What was seen, and in which runs first: a comparison of fixed points sees the same at each.
  absl::btree_map<std::string, std::string> seen;
  std::optional<Judgement> told;
  for (const Point& point : Points(axes)) {
    if (!CanJudgeAt(text, axes, runs, point)) continue;
    const auto value = [&](const Figure& figure) -> absl::StatusOr<double> {
      return ValueOf(figure, RunOf(figure, axes, point), result);
    };
    absl::StatusOr<Judgement> judgement = Evaluator(text, value).Run();
    CHECK(judgement.ok());
    absl::btree_set<std::string> where;
    for (const Figure& figure : FiguresOf(text)) where.insert(RunOf(figure, axes, point));
    seen.emplace(judgement->seen, absl::StrJoin(where, " and "));
    if (!told.has_value() || (told->held && !judgement->held)) told = *std::move(judgement);
  }
  CHECK(told.has_value());
  if (seen.size() > 1) absl::StrAppend(&told->seen, " in ", seen.at(told->seen));
  return *std::move(told);
}

}  // namespace scenario
