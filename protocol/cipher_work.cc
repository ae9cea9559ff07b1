// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/cipher_work.h"

#include "protocol/device_state.h"
#include "protocol/receive.h"
#include "protocol/send.h"

namespace wg {

void CipherWork::Do(const CryptoSuite& crypto) const {
  if (seals) {
    crypto.Seal(*key, counter, {}, text, text.end());
    *outcome = Ciphers::kGood;
  } else {
    *outcome = crypto.Open(*key, counter, {}, text, text.end()) ? Ciphers::kGood : Ciphers::kBad;
  }
}

void AppendCipherWork(Device* device, const Work& work, std::vector<CipherWork>* out) {
  if (work.kind == WorkKind::kSeal) AppendSealing(device->state(), work.job, out);
  if (work.kind == WorkKind::kOpen) AppendOpening(device->state(), work.job, out);
}

}  // namespace wg
