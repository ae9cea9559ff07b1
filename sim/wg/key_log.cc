// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/key_log.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace wgnode {
namespace {

template <typename Key>
std::string Base64(const Key& key) {
  return absl::Base64Escape(
      absl::string_view(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()));
}

}  // namespace

std::string KeyLogText(const wg::InitiationSecrets& secrets) {
  return absl::StrCat("LOCAL_STATIC_PRIVATE_KEY = ", Base64(secrets.static_private), "\n",
                      "REMOTE_STATIC_PUBLIC_KEY = ", Base64(secrets.remote_static), "\n",
                      "LOCAL_EPHEMERAL_PRIVATE_KEY = ", Base64(secrets.ephemeral_private), "\n",
                      "PRESHARED_KEY = ", Base64(secrets.preshared), "\n");
}

}  // namespace wgnode
