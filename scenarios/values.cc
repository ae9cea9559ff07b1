// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/values.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace scenario {
namespace {

// A decimal number split at its point: value = digits / 10^decimals.
struct Decimal {
  int64_t digits = 0;
  int decimals = 0;
};

constexpr int kMostDigits = 18;

// Takes a number off the front of `text`. False if there is none or it has too many digits.
bool TakeDecimal(absl::string_view* text, Decimal* number) {
  int digits = 0;
  bool point = false;
  *number = Decimal();
  while (!text->empty()) {
    const char c = text->front();
    if (c == '.' && !point && digits > 0) {
      point = true;
    } else if (absl::ascii_isdigit(c)) {
      if (++digits > kMostDigits) return false;
      number->digits = number->digits * 10 + (c - '0');
      number->decimals += point;
    } else {
      break;
    }
    text->remove_prefix(1);
  }
  return digits > 0 && !(point && number->decimals == 0);
}

// number * scale if that is an integer of at most `limit`; else -1.
int64_t Scaled(Decimal number, int64_t scale, int64_t limit) {
  while (number.decimals > 0 && number.digits % 10 == 0) {
    number.digits /= 10;
    --number.decimals;
  }
  for (; number.decimals > 0; --number.decimals) {
    if (scale % 10 != 0) {
      // What is left may still divide: 0.5m is 30 s.
      int64_t power = 1;
      for (int i = 0; i < number.decimals; ++i) power *= 10;
      const __int128 product = static_cast<__int128>(number.digits) * scale;
      if (product % power != 0 || product / power > limit) return -1;
      return static_cast<int64_t>(product / power);
    }
    scale /= 10;
  }
  const __int128 product = static_cast<__int128>(number.digits) * scale;
  return product > limit ? -1 : static_cast<int64_t>(product);
}

struct Unit {
  absl::string_view name;
  int64_t scale;
};

constexpr Unit kTimeUnits[] = {
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60 * int64_t{1'000'000'000}},
    {"h", 3600 * int64_t{1'000'000'000}},
};
constexpr Unit kBitUnits[] = {
    {"bit/s", 1},
    {"kbit/s", 1'000},
    {"Mbit/s", 1'000'000},
    {"Gbit/s", 1'000'000'000},
};
constexpr int64_t kMostBits = 1'000'000'000'000'000;
constexpr int64_t kMostPackets = 1'000'000'000;

absl::Status Wrong(absl::string_view text, absl::string_view what, absl::string_view right) {
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" ", what, "; write ", right));
}

plan::Rate Reduced(int64_t count, int64_t per_ns) {
  const int64_t divisor = std::gcd(count, per_ns);
  return {count / divisor, sim::Duration(per_ns / divisor)};
}

}  // namespace

absl::StatusOr<sim::Duration> ParseDuration(absl::string_view text) {
  constexpr absl::string_view kRight =
      "a number and a unit, as \"10ms\", \"1.5s\", \"250us\", \"2m\"";
  absl::string_view rest = text;
  if (absl::StartsWith(rest, "-")) return Wrong(text, "is negative", "0s or more");
  Decimal number;
  if (!TakeDecimal(&rest, &number)) return Wrong(text, "is not a duration", kRight);
  if (rest.empty()) return Wrong(text, "has no unit", kRight);
  for (const Unit& unit : kTimeUnits) {
    if (rest != unit.name) continue;
    const int64_t ns = Scaled(number, unit.scale, kLongestDuration.count());
    if (ns >= 0) return sim::Duration(ns);
    if (number.decimals > 0) {
      return Wrong(text, "is not a whole number of nanoseconds, or too long", "whole nanoseconds");
    }
    return Wrong(text, "is too long", "at most 100000h");
  }
  return Wrong(text, absl::StrCat("has an unknown unit \"", rest, "\""), kRight);
}

absl::StatusOr<wg::WallTime> ParseWallTime(absl::string_view text) {
  constexpr absl::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  constexpr absl::string_view kRight = "a time in UTC, as \"2024-01-01T00:00:00Z\"";
  constexpr int kFirstYear = 1970, kLastYear = 2199;
  bool fits = text.size() > kShape.size() && text.back() == 'Z';
  for (size_t i = 0; fits && i < kShape.size(); ++i) {
    fits = kShape[i] == 'd' ? absl::ascii_isdigit(text[i]) : text[i] == kShape[i];
  }
  if (!fits) return Wrong(text, "is not a time", kRight);
  const auto number = [&](size_t at, size_t digits) {
    int value = 0;
    for (const char c : text.substr(at, digits)) value = value * 10 + (c - '0');
    return value;
  };
  // The fraction is a number of seconds once a 0 is in front of its point.
  const absl::string_view fraction =
      text.substr(kShape.size(), text.size() - 1 - kShape.size());
  sim::Duration part{};
  if (!fraction.empty()) {
    const absl::StatusOr<sim::Duration> parsed = ParseDuration(absl::StrCat("0", fraction, "s"));
    if (fraction[0] != '.' || !parsed.ok()) return Wrong(text, "is not a time", kRight);
    part = *parsed;
  }
  const std::chrono::year_month_day day(std::chrono::year(number(0, 4)),
                                        std::chrono::month(number(5, 2)),
                                        std::chrono::day(number(8, 2)));
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!day.ok() || hour > 23 || minute > 59 || second > 59) {
    return Wrong(text, "is no time of the calendar", kRight);
  }
  if (number(0, 4) < kFirstYear || number(0, 4) > kLastYear) {
    return Wrong(text, "is out of range", "a year from 1970 to 2199");
  }
  return wg::WallTime(std::chrono::sys_days(day).time_since_epoch() + std::chrono::hours(hour) +
                      std::chrono::minutes(minute) + std::chrono::seconds(second) + part);
}

absl::StatusOr<int64_t> ParseBitRate(absl::string_view text) {
  constexpr absl::string_view kRight =
      "a number and a unit, as \"1Gbit/s\", \"100Mbit/s\", \"64kbit/s\"";
  absl::string_view rest = text;
  if (absl::StartsWith(rest, "-")) return Wrong(text, "is negative", "1bit/s or more");
  Decimal number;
  if (!TakeDecimal(&rest, &number)) return Wrong(text, "is not a rate", kRight);
  for (const Unit& unit : kBitUnits) {
    if (rest != unit.name) continue;
    const int64_t bits = Scaled(number, unit.scale, kMostBits);
    if (bits < 0) return Wrong(text, "is not a whole number of bits, or too much", kRight);
    if (bits == 0) return Wrong(text, "lets nothing through", "1bit/s or more");
    return bits;
  }
  return Wrong(text,
               rest.empty() ? "has no unit" : absl::StrCat("has an unknown unit \"", rest, "\""),
               kRight);
}

absl::StatusOr<plan::Rate> ParsePacketRate(absl::string_view text, uint32_t payload_bytes) {
  constexpr absl::string_view kRight =
      "packets, as \"4000/s\", or bits of payload, as \"32Mbit/s\"";
  constexpr int64_t kSecond = 1'000'000'000;
  if (absl::EndsWith(text, "bit/s")) {
    absl::StatusOr<int64_t> bits = ParseBitRate(text);
    if (!bits.ok()) return bits.status();
    // bits / (8 * payload) packets in a second.
    const int64_t packet_bits = 8 * static_cast<int64_t>(std::max(payload_bytes, 1u));
    const int64_t divisor = std::gcd(*bits, packet_bits);
    return Reduced(*bits / divisor, packet_bits / divisor * kSecond);
  }
  absl::string_view rest = text;
  if (absl::StartsWith(rest, "-")) return Wrong(text, "is negative", kRight);
  Decimal number;
  if (!TakeDecimal(&rest, &number)) return Wrong(text, "is not a rate", kRight);
  if (rest != "/s") return Wrong(text, "has no unit that a rate of packets has", kRight);
  const int64_t thousandths = Scaled(number, 1000, kMostPackets * 1000);
  if (thousandths < 0) {
    return Wrong(text, "is too much, or finer than a thousandth",
                 "from \"0.001/s\" to \"1000000000/s\"");
  }
  if (thousandths == 0)
    return Wrong(text, "lets nothing through", "from \"0.001/s\" to \"1000000000/s\"");
  return Reduced(thousandths, 1000 * kSecond);
}

namespace {

// node / quotient % remainder + offset.
struct NodeFormula {
  int64_t quotient = 1;
  int64_t remainder = std::numeric_limits<int64_t>::max();
  int64_t offset = 0;
};

// The number that follows `sign`, at most six digits; false if it is none.
bool ConsumeNumber(char sign, absl::string_view* rest, int64_t* number) {
  absl::string_view digits = rest->substr(1);
  digits = digits.substr(0, std::find_if_not(digits.begin(), digits.end(), absl::ascii_isdigit) -
                                digits.begin());
  if (digits.empty() || digits.size() > 6 || !absl::SimpleAtoi(digits, number)) return false;
  rest->remove_prefix(1 + digits.size());
  return sign == '+' || *number > 0;
}

// What stands in braces: "node", perhaps divided, perhaps with something added.
std::optional<NodeFormula> ParseNodeFormula(absl::string_view inside) {
  NodeFormula formula;
  if (!absl::ConsumePrefix(&inside, "node")) return std::nullopt;
  if (absl::StartsWith(inside, "/") && !ConsumeNumber('/', &inside, &formula.quotient)) {
    return std::nullopt;
  }
  if (absl::StartsWith(inside, "%") && !ConsumeNumber('%', &inside, &formula.remainder)) {
    return std::nullopt;
  }
  if (absl::StartsWith(inside, "+") && !ConsumeNumber('+', &inside, &formula.offset)) {
    return std::nullopt;
  }
  return inside.empty() ? std::optional(formula) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::string> FillIn(absl::string_view text, int node) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find('{', at);
    out.append(text.data() + at, std::min(open, text.size()) - at);
    if (open == absl::string_view::npos) break;
    const size_t close = text.find('}', open);
    absl::string_view inside = close == absl::string_view::npos
                                   ? absl::string_view()
                                   : text.substr(open + 1, close - open - 1);
    const std::optional<NodeFormula> formula = ParseNodeFormula(inside);
    if (!formula) {
      return Wrong(text, "has braces that mean nothing",
                   "{node}, {node+1}, {node/250} or {node%250+1}");
    }
    if (node < 0) {
      return Wrong(text, "has {node}, but this host is no template",
                   "the value itself, or give the host a count");
    }
    absl::StrAppend(&out, node / formula->quotient % formula->remainder + formula->offset);
    at = close + 1;
  }
  return out;
}

bool IsName(absl::string_view text) {
  return !text.empty() && text.size() <= 63 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-';
  });
}

std::string WallTimeText(wg::WallTime time) {
  const wg::Duration since = time.time_since_epoch();
  const auto days = std::chrono::floor<std::chrono::days>(since);
  const std::chrono::year_month_day day{std::chrono::sys_days(days)};
  const std::chrono::hh_mm_ss clock(since - days);
  std::string fraction;
  if (clock.subseconds().count() != 0) {
    fraction = absl::StrFormat(".%09d", clock.subseconds().count());
    while (fraction.back() == '0') fraction.pop_back();
  }
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d%sZ", static_cast<int>(day.year()),
                         static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                         clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                         fraction);
}

std::string DurationText(sim::Duration duration) {
  const int64_t ns = duration.count();
  if (ns == 0) return "0s";
  const Unit* best = &kTimeUnits[0];
  for (const Unit& unit : kTimeUnits) {
    // Minutes and hours only where they come out even; decimals read well for the rest.
    if (ns >= unit.scale && (unit.name != "m" && unit.name != "h" ? true : ns % unit.scale == 0)) {
      best = &unit;
    }
  }
  std::string text = absl::StrCat(ns / best->scale);
  if (const int64_t rest = ns % best->scale; rest != 0) {
    std::string decimals = absl::StrCat(best->scale + rest).substr(1);
    decimals.erase(decimals.find_last_not_of('0') + 1);
    absl::StrAppend(&text, ".", decimals);
  }
  return absl::StrCat(text, best->name);
}

std::string BitRateText(int64_t bits_per_second) {
  const Unit* best = &kBitUnits[0];
  for (const Unit& unit : kBitUnits) {
    if (bits_per_second >= unit.scale &&
        bits_per_second % (unit.scale / 10 + (unit.scale < 10)) == 0) {
      best = &unit;
    }
  }
  std::string text = absl::StrCat(bits_per_second / best->scale);
  if (const int64_t rest = bits_per_second % best->scale; rest != 0) {
    absl::StrAppend(&text, ".", rest * 10 / best->scale);
  }
  return absl::StrCat(text, best->name);
}

std::string RateText(const plan::Rate& rate) {
  constexpr int64_t kSecond = 1'000'000'000;
  const __int128 thousandths =
      static_cast<__int128>(rate.count) * kSecond * 1000 / rate.per.count();
  const int64_t whole = static_cast<int64_t>(thousandths / 1000);
  const int64_t rest = static_cast<int64_t>(thousandths % 1000);
  if (rest == 0) return absl::StrCat(whole, "/s");
  std::string text = absl::StrFormat("%d.%03d", whole, rest);
  text.erase(text.find_last_not_of('0') + 1);
  return absl::StrCat(text, "/s");
}

std::string WithCommas(uint64_t number) {
  std::string text = absl::StrCat(number);
  for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(at, ",");
  return text;
}

int EditDistance(absl::string_view a, absl::string_view b) {
  const size_t width = b.size() + 1;
  std::vector<int> rows(3 * width);
  int* before = rows.data();
  int* above = before + width;
  int* row = above + width;
  for (size_t j = 0; j < width; ++j) above[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    int* const oldest = before;
    before = above;
    above = row;
    row = oldest;
  }
  return above[b.size()];
}

}  // namespace scenario
