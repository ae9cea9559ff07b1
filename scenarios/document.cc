// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/document.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/tokenizer.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using google::protobuf::TextFormat;
using ParseInfoTree = TextFormat::ParseInfoTree;

// Deeper nesting than any message of ours has.
constexpr int kDeepest = 32;
// Wrong enum values that are reported in one go.
constexpr int kMostWrongEnums = 50;

struct Complaint {
  int line;    // from 0
  int column;  // from 0
  std::string message;
};

class Collector : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    errors.push_back({line, column, message});
  }
  void AddWarning(int line, google::protobuf::io::ColumnNumber column,
                  const std::string& message) override {
    warnings.push_back({line, column, message});
  }
  std::vector<Complaint> errors;
  std::vector<Complaint> warnings;
};

// What stands between the first pair of quotes of `text` that follows `after`.
std::string Quoted(absl::string_view text, absl::string_view after) {
  const size_t at = text.find(after);
  if (at == absl::string_view::npos) return "";
  const size_t open = text.find('"', at + after.size());
  if (open == absl::string_view::npos) return "";
  const size_t close = text.find('"', open + 1);
  return std::string(text.substr(open + 1, close - open - 1));
}

std::vector<std::string> FieldNames(const Descriptor* descriptor) {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor->field_count(); ++i) names.push_back(descriptor->field(i)->name());
  return names;
}

std::vector<std::string> ValueNames(const EnumDescriptor* descriptor) {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor->value_count(); ++i) names.push_back(descriptor->value(i)->name());
  return names;
}

// A field called `name` that is an enum which lacks `value`, in a message that `type` is made of.
const FieldDescriptor* FindEnumField(const Descriptor* type, absl::string_view name, const std::string& value,
                                     absl::btree_set<const Descriptor*>* seen) {
  if (!seen->insert(type).second) return nullptr;
  for (int f = 0; f < type->field_count(); ++f) {
    const FieldDescriptor* field = type->field(f);
    if (absl::string_view(field->name()) == name && field->enum_type() != nullptr &&
        field->enum_type()->FindValueByName(value) == nullptr) {
      return field;
    }
    if (field->message_type() == nullptr) continue;
    if (const auto* found = FindEnumField(field->message_type(), name, value, seen)) return found;
  }
  return nullptr;
}

std::string Choice(const std::string& word, const std::vector<std::string>& names) {
  const std::string near = Nearest(word, names);
  return absl::StrCat(near.empty() ? "" : absl::StrCat("did you mean ", near, "? "), "there are ",
                      absl::StrJoin(names, ", "));
}

size_t OffsetOf(absl::string_view text, int line) {
  size_t at = 0;
  for (; line > 0; --line) at = text.find('\n', at) + 1;
  return at;
}

// The word in front of the colon that precedes a value: the field whose value it is.
std::string FieldBefore(absl::string_view text, const Complaint& complaint) {
  const size_t begin = OffsetOf(text, complaint.line);
  // Columns count a tab as up to 8; a line with tabs is not looked into.
  absl::string_view before = text.substr(begin, complaint.column);
  if (absl::StrContains(before, '\t')) return "";
  before = absl::StripTrailingAsciiWhitespace(before);
  if (!absl::ConsumeSuffix(&before, ":")) return "";
  size_t start = before.size();
  while (start > 0 && (absl::ascii_isalnum(before[start - 1]) || before[start - 1] == '_')) --start;
  return std::string(before.substr(start));
}

// The parser complains about unknown names when it is past them; this is where the name begins.
Complaint AtName(absl::string_view text, Complaint complaint, const std::string& name) {
  size_t at = std::min(OffsetOf(text, complaint.line) + complaint.column, text.size());
  at = name.empty() ? absl::string_view::npos : text.rfind(name, at);
  if (at == absl::string_view::npos) return complaint;
  const absl::string_view before = text.substr(0, at);
  complaint.line = static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  complaint.column = static_cast<int>(at - (before.rfind('\n') + 1));  // npos + 1 is 0
  return complaint;
}

// Words of the parser, in words of a reader of scenario files.
std::string Plain(const std::string& message) {
  std::string text(absl::StripSuffix(message, "."));
  if (text == "Expected integer, got: -") {
    return "is negative; write a whole number, 0 or more";
  }
  if (absl::StartsWith(text, "Expected integer, got: ")) {
    return absl::StrCat("a whole number is wanted, not ", text.substr(23),
                        "; write it without quotes");
  }
  if (absl::StartsWith(text, "Expected string, got: ")) {
    return absl::StrCat("a text is wanted, not ", text.substr(22), "; write it in quotes");
  }
  if (absl::StartsWith(text, "Integer out of range")) {
    return "the number is too large; see the field's limits in scenario.proto";
  }
  if (absl::StrContains(text, "is specified multiple times")) {
    return absl::StrCat("\"", Quoted(text, "field"), "\" is given twice; keep one of them");
  }
  if (absl::StartsWith(text, "Expected \"}\"") || absl::StartsWith(text, "Expected \">\"")) {
    return absl::StrCat(text, "; a bracket is not closed");
  }
  if (absl::StrContains(text, "another member of oneof")) {
    return absl::StrCat("\"", Quoted(text, "Field"), "\" excludes \"", Quoted(text, "with field"),
                        "\"; keep one of them");
  }
  if (absl::StartsWith(text, "String literals cannot cross"))
    return "a text is not closed; write the closing quote";
  if (absl::EndsWith(text, "got: ")) return "the file ends in the middle; a bracket is not closed";
  return absl::StrCat(text, "; write NAME: VALUE or NAME { ... }, as in the shipped scenarios");
}

// Reports a wrong enum value and puts a right one in its place, so that reading goes on. False if
// that cannot be done.
bool MendEnum(const Complaint& complaint, const Descriptor* root, std::string* text,
              const std::string& file, Diagnostics* diagnostics) {
  const std::string word = Quoted(complaint.message, "Unknown enumeration value of");
  const std::string field = Quoted(complaint.message, "for field");
  absl::btree_set<const Descriptor*> seen;
  const FieldDescriptor* descriptor = word.empty() ? nullptr : FindEnumField(root, field, word, &seen);
  if (descriptor == nullptr) return false;
  const Complaint at = AtName(*text, complaint, word);
  diagnostics->Add(
      {file, at.line + 1, at.column + 1}, field,
      absl::StrCat("there is no ", word, "; ", Choice(word, ValueNames(descriptor->enum_type()))));
  text->replace(OffsetOf(*text, at.line) + at.column, word.size(),
                descriptor->default_value_enum()->name());
  return true;
}

}  // namespace

Document::Document(absl::string_view text, absl::string_view file, Message* message,
                   Diagnostics* diagnostics)
    : file_(file) {
  std::string source(text);
  for (int mended = 0;; ++mended) {
    Collector collector;
    tree_ = std::make_shared<ParseInfoTree>();
    TextFormat::Parser parser;
    parser.RecordErrorsTo(&collector);
    parser.WriteLocationsTo(tree_.get());
    parser.AllowUnknownField(true);
    parser.SetRecursionLimit(kDeepest);
    const bool read = parser.ParseFromString(source, message);
    if (!read && mended < kMostWrongEnums && !collector.errors.empty() &&
        MendEnum(collector.errors.front(), message->GetDescriptor(), &source, file_, diagnostics)) {
      continue;
    }
    readable_ = read;
    for (const Complaint& error : collector.errors) {
      diagnostics->Add({file_, error.line + 1, error.column + 1}, FieldBefore(source, error),
                       Plain(error.message));
    }
    for (const Complaint& warning : collector.warnings) {
      const std::string name = Quoted(warning.message, "has no field named");
      const Descriptor* type = message->GetDescriptor()->file()->pool()->FindMessageTypeByName(
          Quoted(warning.message, "Message type"));
      const Complaint at = AtName(source, warning, name);
      diagnostics->Add(
          {file_, at.line + 1, at.column + 1}, name,
          name.empty() || type == nullptr
              ? Plain(warning.message)
              : absl::StrCat("there is no such field here; ", Choice(name, FieldNames(type))));
    }
    if (!read && collector.errors.empty()) {
      diagnostics->Add({file_, 1, 1}, "", "the text cannot be read; write protobuf text format");
    }
    return;
  }
}

const Location* Document::FindOrigin(absl::string_view path) const {
  while (true) {
    const auto it = origins_.find(std::string(path));
    if (it != origins_.end()) return &it->second;
    const size_t end = path.find_last_of(".[");
    if (end == absl::string_view::npos) return nullptr;
    path = path.substr(0, end);
  }
}

Node::Node(const Document* document, const Message* root)
    : document_(document),
      message_(root),
      tree_(&document->tree()),
      where_{document->file(), 1, 1} {}

Node Node::Child(absl::string_view field, int index) const {
  const FieldDescriptor* descriptor =
      message_->GetDescriptor()->FindFieldByName(std::string(field));
  Node child;
  child.document_ = document_;
  child.message_ =
      index < 0 ? &message_->GetReflection()->GetMessage(*message_, descriptor)
                : &message_->GetReflection()->GetRepeatedMessage(*message_, descriptor, index);
  child.tree_ = tree_ == nullptr ? nullptr : tree_->GetTreeForNested(descriptor, index);
  child.path_ = PathOf(field, index);
  child.where_ = WhereIs(field, index);
  return child;
}

std::string Node::PathOf(absl::string_view field, int index) const {
  return absl::StrCat(path_, path_.empty() ? "" : ".", field,
                      index < 0 ? "" : absl::StrCat("[", index, "]"));
}

Location Node::WhereIs(absl::string_view field, int index) const {
  if (const Location* origin = document_->FindOrigin(PathOf(field, index)); origin != nullptr) {
    return *origin;
  }
  if (tree_ == nullptr) return where_;
  const FieldDescriptor* descriptor =
      message_->GetDescriptor()->FindFieldByName(std::string(field));
  if (descriptor->is_repeated() && index < 0) index = 0;
  // Of a list in brackets only the beginning is known.
  for (int i = index; i >= std::min(index, 0); --i) {
    const TextFormat::ParseLocation at = tree_->GetLocation(descriptor, i);
    if (at.line >= 0) return {document_->file(), at.line + 1, at.column + 1};
  }
  return where_;
}

}  // namespace scenario
