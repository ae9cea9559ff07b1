// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// PrefixList: a list of prefixes, a value as a vector is one. Copies share their memory until one of them is changed: in
// a mesh each node has the list of every other node, a thousand times the same one. Not for several threads.
#ifndef WGSIM_SCENARIOS_PREFIX_LIST_H_
#define WGSIM_SCENARIOS_PREFIX_LIST_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "protocol/ip.h"

namespace scenario {

class PrefixList {
 public:
  using value_type = wg::Prefix;
  using const_iterator = const wg::Prefix*;

  PrefixList() = default;
  PrefixList(std::initializer_list<wg::Prefix> prefixes)
      : PrefixList(std::vector<wg::Prefix>(prefixes)) {}
  // Implicit: it is the same thing.
  PrefixList(std::vector<wg::Prefix> prefixes)
      : prefixes_(prefixes.empty() ? nullptr
                                   : std::make_shared<std::vector<wg::Prefix>>(std::move(prefixes))) {}

  size_t size() const { return prefixes_ ? prefixes_->size() : 0; }
  bool empty() const { return size() == 0; }
  const wg::Prefix* data() const { return prefixes_ ? prefixes_->data() : nullptr; }
  const_iterator begin() const { return data(); }
  const_iterator end() const { return data() + size(); }
  const wg::Prefix& operator[](size_t i) const { return (*prefixes_)[i]; }

  void push_back(const wg::Prefix& prefix) { Own().push_back(prefix); }
  // REQUIRES: not empty.
  void pop_back() { Own().pop_back(); }
  // REQUIRES: `at` is one of this list's prefixes.
  void erase(const_iterator at) {
    const ptrdiff_t index = at - begin();
    std::vector<wg::Prefix>& own = Own();
    own.erase(own.begin() + index);
  }

  // How many lists share this one's memory, with itself; 0 if it has none.
  int64_t sharers() const { return prefixes_.use_count(); }

 private:
  std::vector<wg::Prefix>& Own() {
    if (!prefixes_) {
      prefixes_ = std::make_shared<std::vector<wg::Prefix>>();
    } else if (prefixes_.use_count() > 1) {
      prefixes_ = std::make_shared<std::vector<wg::Prefix>>(*prefixes_);
    }
    return *prefixes_;
  }

  std::shared_ptr<std::vector<wg::Prefix>> prefixes_;  // nullptr: empty
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_PREFIX_LIST_H_
