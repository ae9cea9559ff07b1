// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/override.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

absl::Status Wrong(absl::string_view what, absl::string_view right) {
  return absl::InvalidArgumentError(absl::StrCat(what, "; ", right));
}

std::string Choice(absl::string_view word, const std::vector<std::string>& names) {
  const std::string near = Nearest(word, names);
  return absl::StrCat(near.empty() ? "" : absl::StrCat("did you mean ", near, "? "), "there are ",
                      names.empty() ? "none" : absl::StrJoin(names, ", "));
}

std::vector<std::string> FieldNames(const Descriptor* descriptor) {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor->field_count(); ++i) names.push_back(descriptor->field(i)->name());
  return names;
}

// What an element of a list is called by: its name, or else the host that it is for.
std::string NameOf(const Message& element) {
  for (const char* field : {"name", "host"}) {
    const FieldDescriptor* descriptor = element.GetDescriptor()->FindFieldByName(field);
    if (descriptor != nullptr && element.GetReflection()->HasField(element, descriptor)) {
      return element.GetReflection()->GetString(element, descriptor);
    }
  }
  return "";
}

// One part of a path: "links", "links[0]", "links[*]".
struct Part {
  std::string name;
  std::string index;  // "", a number, or "*"
};

absl::StatusOr<std::vector<Part>> SplitPath(absl::string_view path) {
  std::vector<Part> parts;
  for (absl::string_view text : absl::StrSplit(path, '.')) {
    Part part;
    const size_t open = text.find('[');
    part.name = std::string(text.substr(0, open));
    if (open != absl::string_view::npos) {
      absl::string_view index = text.substr(open + 1);
      if (!absl::ConsumeSuffix(&index, "]") || index.empty()) {
        return Wrong(absl::StrCat("\"", text, "\" is not a part of a path"),
                     "write NAME or NAME[0]");
      }
      part.index = std::string(index);
    }
    if (part.name.empty()) {
      return Wrong(absl::StrCat("\"", path, "\" is not a path"), "write FIELD.FIELD=VALUE");
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

class Setter {
 public:
  Setter(const std::vector<Part>& parts, absl::string_view value) : parts_(parts), value_(value) {}

  absl::Status Set(Message* message, size_t at, const std::string& path);
  std::vector<std::string> TakePaths() { return std::move(paths_); }

 private:
  absl::Status SetElements(Message* message, const FieldDescriptor* field, size_t at,
                           const std::string& path);
  absl::Status SetValue(Message* message, const FieldDescriptor* field, const Part& part,
                        const std::string& path);
  absl::Status Assign(Message* message, const FieldDescriptor* field, int index, bool add,
                      const std::string& path);
  template <typename Number>
  absl::Status ParseNumber(const FieldDescriptor* field, Number* number) const;

  const std::vector<Part>& parts_;
  const absl::string_view value_;
  std::vector<std::string> paths_;
};

absl::Status Setter::Set(Message* message, size_t at, const std::string& path) {
  const Part& part = parts_[at];
  const Descriptor* type = message->GetDescriptor();
  const FieldDescriptor* field = type->FindFieldByName(part.name);
  if (field == nullptr) {
    return Wrong(absl::StrCat("there is no field \"", part.name, "\" in ",
                              path.empty() ? "a scenario" : path),
                 Choice(part.name, FieldNames(type)));
  }
  const std::string here = absl::StrCat(path, path.empty() ? "" : ".", part.name);
  const bool last = at + 1 == parts_.size();
  if (field->message_type() == nullptr) {
    if (!last) {
      return Wrong(absl::StrCat(here, " is a single value"), "end the path there");
    }
    return SetValue(message, field, part, here);
  }
  if (field->is_repeated()) return SetElements(message, field, at, here);
  if (!part.index.empty())
    return Wrong(absl::StrCat(here, " is no list"), "leave out the brackets");
  if (last) {
    return Wrong(absl::StrCat(here, " is a message"),
                 absl::StrCat("name one of its fields: ",
                              absl::StrJoin(FieldNames(field->message_type()), ", ")));
  }
  return Set(message->GetReflection()->MutableMessage(message, field), at + 1, here);
}

absl::Status Setter::SetElements(Message* message, const FieldDescriptor* field, size_t at,
                                 const std::string& path) {
  const Reflection* reflection = message->GetReflection();
  const int size = reflection->FieldSize(*message, field);
  std::vector<int> chosen;
  size_t next = at + 1;
  const std::string& index = parts_[at].index;
  if (index == "*") {
    for (int i = 0; i < size; ++i) chosen.push_back(i);
  } else if (!index.empty()) {
    int number = 0;
    if (!absl::SimpleAtoi(index, &number) || number < 0 || number >= size) {
      return Wrong(absl::StrCat("there is no ", path, "[", index, "]"),
                   absl::StrCat("there are ", size, ", counted from 0"));
    }
    chosen.push_back(number);
  } else {
    std::vector<std::string> names;
    for (int i = 0; i < size; ++i) {
      const std::string name = NameOf(reflection->GetRepeatedMessage(*message, field, i));
      if (name.empty()) continue;
      names.push_back(name);
      if (next < parts_.size() && name == parts_[next].name) chosen.push_back(i);
    }
    if (next >= parts_.size()) {
      return Wrong(absl::StrCat(path, " is a list"),
                   absl::StrCat("name an element and a field, as ", path, "[0].FIELD"));
    }
    if (chosen.empty()) {
      return Wrong(absl::StrCat("there is no \"", parts_[next].name, "\" in ", path),
                   Choice(parts_[next].name, names));
    }
    ++next;
  }
  if (next >= parts_.size()) {
    return Wrong(absl::StrCat(path, "'s elements are messages"),
                 absl::StrCat("name one of their fields: ",
                              absl::StrJoin(FieldNames(field->message_type()), ", ")));
  }
  for (int i : chosen) {
    absl::Status status = Set(reflection->MutableRepeatedMessage(message, field, i), next,
                              absl::StrCat(path, "[", i, "]"));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

template <typename Number>
absl::Status Setter::ParseNumber(const FieldDescriptor* field, Number* number) const {
  if (absl::SimpleAtoi(value_, number)) return absl::OkStatus();
  return Wrong(absl::StrCat("\"", value_, "\" is no value for ", field->name()),
               absl::StrCat("write a whole number that fits into ", field->cpp_type_name()));
}

absl::Status Setter::SetValue(Message* message, const FieldDescriptor* field, const Part& part,
                              const std::string& path) {
  const int size = field->is_repeated() ? message->GetReflection()->FieldSize(*message, field) : 0;
  const bool add = field->is_repeated() && part.index.empty();
  int index = -1;
  if (field->is_repeated() && !add) {
    if (!absl::SimpleAtoi(part.index, &index) || index < 0 || index >= size) {
      return Wrong(absl::StrCat("there is no ", path, "[", part.index, "]"),
                   absl::StrCat("there are ", size, ", counted from 0"));
    }
  } else if (!field->is_repeated() && !part.index.empty()) {
    return Wrong(absl::StrCat(path, " is no list"), "leave out the brackets");
  }
  if (add) index = size;
  paths_.push_back(index < 0 ? path : absl::StrCat(path, "[", index, "]"));
  return Assign(message, field, index, add, path);
}

// To a field, to element `index` of a list, or behind its last one.
absl::Status Setter::Assign(Message* message, const FieldDescriptor* field, int index, bool add,
                            const std::string& path) {
  const Reflection* r = message->GetReflection();
  const auto assign = [&](auto set, auto set_element, auto append, auto value) {
    if (add) {
      (r->*append)(message, field, value);
    } else if (index >= 0) {
      (r->*set_element)(message, field, index, value);
    } else {
      (r->*set)(message, field, value);
    }
    return absl::OkStatus();
  };
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return assign(&Reflection::SetString, &Reflection::SetRepeatedString, &Reflection::AddString,
                    std::string(value_));
    case FieldDescriptor::CPPTYPE_UINT32: {
      uint32_t number = 0;
      absl::Status status = ParseNumber(field, &number);
      if (!status.ok()) return status;
      return assign(&Reflection::SetUInt32, &Reflection::SetRepeatedUInt32, &Reflection::AddUInt32,
                    number);
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      uint64_t number = 0;
      absl::Status status = ParseNumber(field, &number);
      if (!status.ok()) return status;
      return assign(&Reflection::SetUInt64, &Reflection::SetRepeatedUInt64, &Reflection::AddUInt64,
                    number);
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t number = 0;
      absl::Status status = ParseNumber(field, &number);
      if (!status.ok()) return status;
      return assign(&Reflection::SetInt64, &Reflection::SetRepeatedInt64, &Reflection::AddInt64,
                    number);
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (value_ != "true" && value_ != "false") {
        return Wrong(absl::StrCat("\"", value_, "\" is no value for ", path),
                     "write true or false");
      }
      return assign(&Reflection::SetBool, &Reflection::SetRepeatedBool, &Reflection::AddBool,
                    value_ == "true");
    case FieldDescriptor::CPPTYPE_ENUM: {
      const EnumDescriptor* type = field->enum_type();
      const auto* value = type->FindValueByName(std::string(value_));
      if (value == nullptr) {
        std::vector<std::string> names;
        for (int i = 0; i < type->value_count(); ++i) names.push_back(type->value(i)->name());
        return Wrong(absl::StrCat("\"", value_, "\" is no value for ", path),
                     Choice(value_, names));
      }
      return assign(&Reflection::SetEnum, &Reflection::SetRepeatedEnum, &Reflection::AddEnum,
                    value);
    }
    default:
      return Wrong(absl::StrCat(path, " cannot be set"), "change the file");
  }
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ApplyOverride(absl::string_view assignment,
                                                       Message* message) {
  const size_t equals = assignment.find('=');
  if (equals == absl::string_view::npos || equals == 0) {
    return Wrong(absl::StrCat("\"", assignment, "\" is no assignment"), "write PATH=VALUE");
  }
  absl::StatusOr<std::vector<Part>> parts = SplitPath(assignment.substr(0, equals));
  if (!parts.ok()) return parts.status();
  // On a copy, so that an error halfway leaves no trace.
  std::unique_ptr<Message> changed(message->New());
  changed->CopyFrom(*message);
  Setter setter(*parts, assignment.substr(equals + 1));
  absl::Status status = setter.Set(changed.get(), 0, "");
  if (!status.ok()) return status;
  message->GetReflection()->Swap(message, changed.get());
  return setter.TakePaths();
}

}  // namespace scenario
