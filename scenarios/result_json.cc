// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/result_json.h"

#include <charconv>
#include <cmath>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"
#include "protocol/check.h"

namespace scenario {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr uint64_t kMostExact = uint64_t{1} << 53;

void AppendText(absl::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        *out += "\\\"";
        break;
      case '\\':
        *out += "\\\\";
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\t':
        *out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          absl::StrAppendFormat(out, "\\u%04x", static_cast<unsigned>(c));
        } else {
          out->push_back(c);
        }
    }
  }
  out->push_back('"');
}

void AppendDouble(double value, std::string* out) {
  if (!std::isfinite(value))
    return AppendText(std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity", out);
  // The shortest digits that read back as the same value.
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), value);
  CHECK(error == std::errc());
  out->append(digits, end);
}

void AppendMessage(const Message& message, const std::string& indent, std::string* out);

void AppendValue(const Message& message, const FieldDescriptor* field, int index,
                 const std::string& indent, std::string* out) {
  const Reflection* r = message.GetReflection();
  const bool list = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return AppendMessage(
          list ? r->GetRepeatedMessage(message, field, index) : r->GetMessage(message, field),
          indent, out);
    case FieldDescriptor::CPPTYPE_STRING:
      return AppendText(
          list ? r->GetRepeatedString(message, field, index) : r->GetString(message, field), out);
    case FieldDescriptor::CPPTYPE_BOOL:
      *out += (list ? r->GetRepeatedBool(message, field, index) : r->GetBool(message, field))
                  ? "true"
                  : "false";
      return;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return AppendDouble(
          list ? r->GetRepeatedDouble(message, field, index) : r->GetDouble(message, field), out);
    case FieldDescriptor::CPPTYPE_UINT32:
      absl::StrAppend(
          out, list ? r->GetRepeatedUInt32(message, field, index) : r->GetUInt32(message, field));
      return;
    case FieldDescriptor::CPPTYPE_UINT64: {
      const uint64_t value =
          list ? r->GetRepeatedUInt64(message, field, index) : r->GetUInt64(message, field);
      if (value <= kMostExact) return absl::StrAppend(out, value);
      return AppendText(absl::StrCat(value), out);
    }
    default:
      CHECK(false);
  }
}

// Sorted by key: the order within a map is another in each process.
void AppendMap(const Message& message, const FieldDescriptor* field, const std::string& indent, std::string* out) {
  const FieldDescriptor* key = field->message_type()->map_key();
  const FieldDescriptor* value = field->message_type()->map_value();
  absl::btree_map<std::string, const Message*> entries;
  for (int e = 0; e < message.GetReflection()->FieldSize(message, field); ++e) {
    const Message& entry = message.GetReflection()->GetRepeatedMessage(message, field, e);
    entries[entry.GetReflection()->GetString(entry, key)] = &entry;
  }
  *out += "{";
  const char* separator = "\n";
  for (const auto& [name, entry] : entries) {
    absl::StrAppend(out, separator, indent, "  ");
    AppendText(name, out);
    *out += ": ";
    AppendValue(*entry, value, -1, indent + "  ", out);
    separator = ",\n";
  }
  absl::StrAppend(out, entries.empty() ? "" : absl::StrCat("\n", indent), "}");
}

void AppendMessage(const Message& message, const std::string& indent, std::string* out) {
  const std::string inner = indent + "  ";
  const auto* type = message.GetDescriptor();
  *out += "{";
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    absl::StrAppend(out, i == 0 ? "\n" : ",\n", inner, "\"", field->name(), "\": ");
    if (!field->is_repeated()) {
      AppendValue(message, field, -1, inner, out);
      continue;
    }
    if (field->is_map()) {
      AppendMap(message, field, inner, out);
      continue;
    }
    const int size = message.GetReflection()->FieldSize(message, field);
    // Numbers beside each other: such a list is a series.
    const bool numbers = field->cpp_type() == FieldDescriptor::CPPTYPE_UINT64;
    *out += "[";
    for (int e = 0; e < size; ++e) {
      absl::StrAppend(out, e == 0 ? "" : ",", numbers ? (e == 0 ? "" : " ") : absl::StrCat("\n", inner, "  "));
      AppendValue(message, field, e, inner + "  ", out);
    }
    if (size > 0 && !numbers) absl::StrAppend(out, "\n", inner);
    *out += "]";
  }
  absl::StrAppend(out, "\n", indent, "}");
}

}  // namespace

std::string ToJson(const Message& message) {
  std::string json;
  AppendMessage(message, "", &json);
  return json + "\n";
}

absl::StatusOr<Result> ResultFromJson(absl::string_view json) {
  Result result;
  const auto status = google::protobuf::util::JsonStringToMessage(std::string(json), &result);
  if (!status.ok())
    return absl::InvalidArgumentError(
        absl::StrCat("this is not a result of wgsim: ", status.message().data()));
  return result;
}

}  // namespace scenario
