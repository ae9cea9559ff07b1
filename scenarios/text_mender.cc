// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/text_mender.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

constexpr size_t kNowhere = std::string::npos;
constexpr int kTab = 8;

bool InWord(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// What stands between the first pair of quotes of `text` that follows `after`.
std::string QuotedAfter(absl::string_view text, absl::string_view after) {
  const size_t at = text.find(after);
  if (at == absl::string_view::npos) return "";
  const size_t open = text.find('"', at + after.size());
  if (open == absl::string_view::npos) return "";
  const size_t close = text.find('"', open + 1);
  return std::string(text.substr(open + 1, close - open - 1));
}

std::string Choice(const std::string& word, const std::vector<std::string>& names) {
  const std::string near = Nearest(word, names);
  return absl::StrCat(near.empty() ? "" : absl::StrCat("did you mean ", near, "? "), "there are ",
                      absl::StrJoin(names, ", "));
}

std::vector<std::string> ValueNames(const EnumDescriptor* descriptor) {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor->value_count(); ++i) names.push_back(descriptor->value(i)->name());
  return names;
}

// Where the token that begins at `at` ends: a text in quotes, a word, a number with its sign, or a single letter.
size_t EndOfToken(absl::string_view text, size_t at) {
  const char first = text[at];
  if (first == '"' || first == '\'') {
    size_t end = at + 1;
    while (end < text.size() && text[end] != first && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
  }
  size_t end = at + 1;
  if (!InWord(first) && first != '-') return end;
  while (end < text.size() && (InWord(text[end]) || text[end] == '.')) ++end;
  return end;
}

// The names of the messages that `text` leaves open.
std::vector<std::string> OpenMessages(absl::string_view text) {
  std::vector<std::string> open;
  std::string name;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    const size_t end = EndOfToken(text, at);
    if (absl::ascii_isalpha(c) || c == '_') name = std::string(text.substr(at, end - at));
    if (c == '{' || c == '<') open.push_back(name);
    if ((c == '}' || c == '>') && !open.empty()) {
      // In a list of messages the next one has the same name.
      name = open.back();
      open.pop_back();
    }
    at = end;
  }
  return open;
}

// Errors of structure, in words.
std::string Plain(const std::string& message) {
  const std::string text(absl::StripSuffix(message, "."));
  if (absl::StrContains(text, "is specified multiple times")) {
    return "is given twice; keep one of them";
  }
  if (absl::StrContains(text, "another member of oneof")) {
    return absl::StrCat("excludes \"", QuotedAfter(text, "with field"), "\"; keep one of them");
  }
  if (absl::StartsWith(text, "Expected \"}\"") || absl::StartsWith(text, "Expected \">\"")) {
    return absl::StrCat(text, "; a bracket is not closed");
  }
  if (absl::StartsWith(text, "String literals cannot cross")) return "a text is not closed; write the closing quote";
  if (absl::EndsWith(text, "got: ")) return "the file ends in the middle; a bracket is not closed";
  return absl::StrCat(text, "; write NAME: VALUE or NAME { ... }, as in the shipped scenarios");
}

// The field that an error names; "" if none.
std::string FieldNamedBy(const std::string& message) {
  for (const char* after : {"Unknown enumeration value of", "Invalid value for boolean"}) {
    if (absl::StartsWith(message, after)) return QuotedAfter(message, "field");
  }
  if (absl::StrContains(message, "is specified multiple times")) return QuotedAfter(message, "field");
  if (absl::StrContains(message, "another member of oneof")) return QuotedAfter(message, "Field");
  return "";
}

bool IsAboutValue(const std::string& message) {
  for (const char* begin :
       {"Expected string, got: ", "Expected integer, got: ", "Integer out of range", "Expected identifier, got: ",
        "Invalid value for boolean", "Unknown enumeration value", "Expected integer or identifier, got: ", "Expected \"{\", found ",
        "Expected \":\", found \"{\"", "Expected double, got: "}) {
    if (absl::StartsWith(message, begin)) return true;
  }
  return false;
}

}  // namespace

size_t TextMender::OffsetOf(int line, int column) const {
  size_t at = 0;
  for (; line > 0; --line) {
    at = text_.find('\n', at);
    if (at == kNowhere) return text_.size();
    ++at;
  }
  for (int seen = 0; seen < column && at < text_.size() && text_[at] != '\n'; ++at) {
    seen += text_[at] == '\t' ? kTab - seen % kTab : 1;
  }
  return at;
}

void TextMender::SetPlace(size_t offset, int* line, int* column) const {
  *line = 1;
  int seen = 0;
  for (size_t at = 0; at < offset; ++at) {
    if (text_[at] == '\n') {
      ++*line;
      seen = 0;
    } else {
      seen += text_[at] == '\t' ? kTab - seen % kTab : 1;
    }
  }
  *column = seen + 1;
}

size_t TextMender::NameBefore(const std::string& name, size_t at) const {
  while (!name.empty() && (at = text_.rfind(name, at)) != kNowhere) {
    const size_t end = at + name.size();
    if ((at == 0 || !InWord(text_[at - 1])) && (end == text_.size() || !InWord(text_[end]))) return at;
    if (at-- == 0) break;
  }
  return kNowhere;
}

const FieldDescriptor* TextMender::DescriptorOf(size_t name) const {
  const Descriptor* type = root_;
  for (const std::string& message : OpenMessages(absl::string_view(text_).substr(0, name))) {
    const FieldDescriptor* field = type->FindFieldByName(message);
    if (field == nullptr || field->message_type() == nullptr) return nullptr;
    type = field->message_type();
  }
  return type->FindFieldByName(WordAt(name));
}

std::string TextMender::WordAt(size_t at) const {
  size_t end = at;
  while (end < text_.size() && InWord(text_[end])) ++end;
  return text_.substr(at, end - at);
}

std::string TextMender::TokenAt(size_t at) const {
  return at >= text_.size() ? "" : text_.substr(at, EndOfToken(text_, at) - at);
}

bool TextMender::Find(const Complaint& complaint, Place* place) const {
  const size_t at = std::min(OffsetOf(complaint.line, complaint.column), text_.size());
  if (const std::string named = FieldNamedBy(complaint.message); !named.empty()) {
    place->name = NameBefore(named, at);
    if (place->name == kNowhere) return false;
    place->value = text_.find_first_not_of(" \t\r\n:", place->name + named.size());
  } else {
    // A value follows its name and a colon, perhaps with elements of a list between; a message only its name.
    size_t end = at;
    const auto skip = [&](auto accept) {
      while (end > 0 && accept(text_[end - 1])) --end;
    };
    skip([](char c) { return absl::ascii_isspace(c); });
    if (end > 0 && (text_[end - 1] == ',' || text_[end - 1] == '[')) {
      const size_t open = text_.rfind('[', end - 1);
      if (open == kNowhere || text_.find_first_of("{}#", open) < at) return false;
      end = open;
      skip([](char c) { return absl::ascii_isspace(c); });
    }
    skip([](char c) { return c == ':'; });
    skip([](char c) { return absl::ascii_isspace(c); });
    const size_t after = end;
    skip(InWord);
    if (end == after) return false;
    place->name = end;
    place->value = at;
  }
  place->field = DescriptorOf(place->name);
  return place->field != nullptr;
}

// What is wrong with a value, and what would be right.
std::string TextMender::WrongValue(const Place& place, const std::string& token) const {
  const FieldDescriptor* field = place.field;
  const std::string& name = field->name();
  if (token.empty() || token == "}" || token == ">" || token == "]" || token == ",") {
    return "has no value; write NAME: VALUE";
  }
  if (field->message_type() != nullptr) {
    return absl::StrCat("has no single value; write ", name, " { ... }");
  }
  if (token == "{" || token == "<") return absl::StrCat("has a single value; write ", name, ": VALUE, without brackets");
  if (token == "[") return absl::StrCat("has a single value; write ", name, ": VALUE, without [ ]");
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return absl::StrCat("a text is wanted, not ", token, "; write it in quotes");
    case FieldDescriptor::CPPTYPE_BOOL:
      return absl::StrCat("a truth value is wanted, not ", token, "; write true or false");
    case FieldDescriptor::CPPTYPE_ENUM: {
      const std::vector<std::string> names = ValueNames(field->enum_type());
      if (token[0] == '"' || token[0] == '\'') {
        return absl::StrCat(token, " is in quotes; write it without them: ", absl::StrJoin(names, ", "));
      }
      return absl::StrCat("there is no ", token, "; ", Choice(token, names));
    }
    default:
      if (token[0] == '-') return "is negative; write a whole number, 0 or more";
      if (std::all_of(token.begin(), token.end(), absl::ascii_isdigit)) {
        return "the number is too large; see the field's limits in docs/SCENARIOS.md";
      }
      return absl::StrCat("a whole number is wanted, not ", token, "; write it without quotes");
  }
}

// Something that the field can be, with blanks to the length of what was there. A text needs two letters.
bool TextMender::Put(const Place& place, const std::string& token) {
  std::string value;
  switch (place.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return false;
    case FieldDescriptor::CPPTYPE_STRING:
      value = "\"\"";
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      value = absl::StrCat(place.field->default_value_enum()->number());
      break;
    default:
      value = "0";
  }
  size_t begin = place.value;
  size_t size = token.size();
  if (size < value.size() && begin > 0 && text_[begin - 1] == ' ') {
    --begin;
    ++size;
  }
  if (size < value.size() || !(InWord(token[0]) || absl::StrContains("-\"'", token[0]))) return false;
  value.resize(size, ' ');
  text_.replace(begin, size, value);
  return true;
}

// Then it is a field that does not exist, with any value.
bool TextMender::Rename(const Place& place) {
  if (place.value == kNowhere || place.value >= text_.size() || absl::StrContains("}]>,", text_[place.value])) return false;
  const size_t size = WordAt(place.name).size();
  if (!renamed_.insert(place.name).second) return false;
  text_.replace(place.name, size, std::string(size, '_'));
  return true;
}

Mistake TextMender::Error(const Complaint& complaint) {
  Mistake mistake{complaint.line + 1, complaint.column + 1, "", "", 0, 0};
  Place place;
  if (!Find(complaint, &place)) {
    mistake.message = Plain(complaint.message);
    return mistake;
  }
  mistake.field = place.field->name();
  bool mended = false;
  if (IsAboutValue(complaint.message)) {
    const std::string token = TokenAt(place.value);
    SetPlace(std::min(place.value, text_.size()), &mistake.line, &mistake.column);
    mistake.message = WrongValue(place, token);
    mended = Put(place, token) || Rename(place);
  } else {
    SetPlace(place.name, &mistake.line, &mistake.column);
    mistake.message = Plain(complaint.message);
    mended = !FieldNamedBy(complaint.message).empty() && Rename(place);
  }
  if (mended) SetPlace(place.name, &mistake.field_line, &mistake.field_column);
  return mistake;
}

bool TextMender::Warning(const Complaint& complaint, Mistake* mistake) const {
  const std::string name = QuotedAfter(complaint.message, "has no field named");
  const Descriptor* type =
      root_->file()->pool()->FindMessageTypeByName(QuotedAfter(complaint.message, "Message type"));
  *mistake = {complaint.line + 1, complaint.column + 1, name, Plain(complaint.message), 0, 0};
  const size_t at = NameBefore(name, std::min(OffsetOf(complaint.line, complaint.column), text_.size()));
  if (at == kNowhere || type == nullptr) return true;
  if (renamed_.contains(at)) return false;
  SetPlace(at, &mistake->line, &mistake->column);
  std::vector<std::string> names;
  for (int i = 0; i < type->field_count(); ++i) names.push_back(type->field(i)->name());
  mistake->message = absl::StrCat("there is no such field here; ", Choice(name, names));
  return true;
}

}  // namespace scenario
