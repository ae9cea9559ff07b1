// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// CipherWork: what a kSeal or kOpen asks of the ciphers, packet by packet, for a driver that has threads. The ciphers of work
// that waits can be done ahead, in any thread, and Run finds them done; everything else stays in one thread and in its order.
//
//   std::vector<CipherWork> ciphers;
//   for (const Work& work : fx->work) AppendCipherWork(&device, work, &ciphers);
//   ... Do() each of them once, in any threads, and wait for all ...
//   for (size_t i = 0; i < fx->work.size(); ++i) device.Run(now, fx->work[i], fx);
//
// What comes of it is what comes of Run alone.
#ifndef WGSIM_PROTOCOL_CIPHER_WORK_H_
#define WGSIM_PROTOCOL_CIPHER_WORK_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/queueing.h"

namespace wg {

// Points into the device. Touches nothing else, and nothing that another one touches.
struct CipherWork {
  void Do(const CryptoSuite& crypto) const;

  const SymmetricKey* key;
  uint64_t counter;
  absl::Span<uint8_t> text;  // in place; the tag is behind it
  Ciphers* outcome;          // kNotDone; by Do() kGood or, if the tag is wrong, kBad
  bool seals;
};

// What `work` asks for, if it is a kSeal or kOpen that is there and whose ciphers have not been asked for. From then until
// all of it is done, no verb of the device may be called.
void AppendCipherWork(Device* device, const Work& work, std::vector<CipherWork>* out);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_CIPHER_WORK_H_
