// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Sandbox: a child process in network, mount and process namespaces of its own, in which programs
// under test are started. Nothing of the host's network is seen or touched from there, and when the
// child ends everything that it has started ends.
#ifndef WGSIM_TOOLS_CONFORM_SANDBOX_H_
#define WGSIM_TOOLS_CONFORM_SANDBOX_H_

#include <sys/types.h>

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/live/fd.h"

namespace conformance {

class Sandbox {
 public:
  // Runs `body` in the child; what it returns is the sandbox's output. Inside, /run is empty, /proc
  // shows the child (process 1) and its descendants, and there is one interface, lo, which is down.
  // A user namespace is made where only that permits the rest. REQUIRES: one thread.
  static absl::StatusOr<Sandbox> Start(const std::function<std::string()>& body);

  Sandbox(Sandbox&&) = default;
  Sandbox& operator=(Sandbox&&) = default;
  // Kills what still runs.
  ~Sandbox();

  // Readable when there is output, or the end.
  int fd() const { return output_.get(); }
  // Takes what can be read without waiting. False: the child has ended, or closed its end.
  bool Read();
  // Waits for the end. Internal: it was killed, or died. PermissionDenied: namespaces are not
  // permitted here; says which.
  absl::StatusOr<std::string> Wait();
  void Kill();

 private:
  Sandbox(pid_t child, live::Fd output) : child_(child), output_(std::move(output)) {}

  pid_t child_ = -1;  // -1: reaped
  live::Fd output_;
  std::string text_;
};

// Whether sandboxes can be made here; else why not.
absl::Status SandboxesArePermitted();

}  // namespace conformance

#endif  // WGSIM_TOOLS_CONFORM_SANDBOX_H_
