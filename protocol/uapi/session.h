// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Session: one client of the text protocol, from the bytes it sends to the bytes it is answered (wireguard-go: IpcHandle).
// Requests may come in any pieces, several after each other; each is answered when its empty line is there, a wrong one too
// (wireguard-go answers that at the wrong line; nobody who waits for the answer can tell). What is answered depends on the
// bytes alone, not on their pieces.
//
//   Session session(&handler);
//   out += session.Feed(bytes);
//   if (session.is_over()) ... send what is left, close ...
//
// Requirements: WG8-023 024 029.
#ifndef WGSIM_PROTOCOL_UAPI_SESSION_H_
#define WGSIM_PROTOCOL_UAPI_SESSION_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/errno.h"
#include "protocol/uapi/ipc_error.h"

namespace wg::uapi {

// The device behind the socket.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual GetDevice Get() = 0;
  virtual bool HasPeer(const PublicKey& key) = 0;
  // Applies the request to its end; what was applied before an error stays.
  virtual Errno Set(const SetDevice& request) = 0;
};

class Session {
 public:
  // Of one line, its end not counted (bufio.MaxScanTokenSize less the newline). A longer one is answered with kIo, once the
  // lines before it have been applied, and the session is over.
  static constexpr size_t kLongestLine = (size_t{64} << 10) - 2;
  // Of one request, up to the end of its last line: two million allowed ips fit. Nothing of a longer one is applied; kIo, and
  // the session is over. wireguard-go has no such bound.
  static constexpr size_t kLargestRequest = size_t{128} << 20;

  // `handler` outlives the session.
  explicit Session(Handler* handler) : handler_(handler) {}

  // Takes what has come and returns what is to be sent. REQUIRES: !is_over().
  std::string Feed(absl::string_view bytes);

  // Nothing more will be answered: the client did not speak the protocol.
  bool is_over() const { return over_; }

 private:
  // Answer the request that begins the buffer; false if it is not complete yet.
  bool AnswerOne(std::string* out);
  bool AnswerGet(std::string* out);
  bool AnswerSet(std::string* out);
  IpcError Set(absl::string_view lines);
  // The last answer; `error` may be kNone: none at all.
  bool End(IpcError error, std::string* out);

  Handler* const handler_;
  std::string buffer_;
  size_t line_ = 0;  // where the first line begins that is not complete
  bool over_ = false;
};

}  // namespace wg::uapi

#endif  // WGSIM_PROTOCOL_UAPI_SESSION_H_
