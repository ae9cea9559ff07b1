// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim live: the protocol on a real TUN interface and real UDP sockets.
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "protocol/errno.h"
#include "protocol/wg8/commands.h"
#include "protocol/wg8/config_file.h"
#include "tools/commands.h"
#include "tools/files.h"
#include "tools/live/fd.h"
#include "tools/live/live_device.h"
#include "tools/live/process.h"
#include "tools/live/recorder.h"
#include "tools/live/threaded_driver.h"
#include "tools/live/uapi_socket.h"

namespace tools {
namespace {

ExitCode Lacking(const absl::Status& status, absl::string_view remedy, Console& console) {
  console.err << "wgsim live: " << status.message() << (remedy.empty() ? "" : "; ") << remedy << "\n";
  return absl::IsInvalidArgument(status) || absl::IsAlreadyExists(status) ? kBadInput : kEnvironment;
}

absl::string_view RemedyFor(const absl::Status& status) {
  if (absl::IsPermissionDenied(status)) return "run it as root, or with CAP_NET_ADMIN";
  if (absl::IsNotFound(status)) return "load the module tun, or pass the device to this container";
  if (absl::IsAlreadyExists(status)) return "choose another --interface";
  return "";
}

absl::Status Configure(const std::string& path, live::LiveDevice* device) {
  const absl::StatusOr<std::string> text = Files().Read(path);
  if (!text.ok()) return absl::InvalidArgumentError(text.status().message());
  absl::StatusOr<wg::SetDevice> file = wg::wg8::ParseConfigFile(*text, path);
  if (!file.ok()) return file.status();
  const wg::Errno error = device->Set(wg::wg8::SetconfRequest(*std::move(file)));
  if (error == wg::Errno::kOk) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, ": refused: ", wg::ErrnoName(error)));
}

// Until a signal, or the interface is removed.
absl::Status ServeAll(int signals, live::LiveDevice* device, live::UapiSocket* socket) {
  std::vector<pollfd> fds;
  while (!device->gone()) {
    fds.assign(1, {.fd = signals, .events = POLLIN, .revents = 0});
    device->AppendTo(&fds);
    socket->AppendTo(&fds);
    if (poll(fds.data(), fds.size(), device->PollTimeout()) < 0 && errno != EINTR) {
      return absl::UnavailableError(absl::StrCat("poll: ", std::strerror(errno)));
    }
    if (fds[0].revents != 0) break;
    socket->Serve();
    device->Serve(fds);
  }
  return absl::OkStatus();
}

ExitCode Run(const Arguments& arguments, Console& console) {
  const Command command = LiveCommand();
  std::string interface = arguments.Get("interface");
  if (interface.empty() && arguments.positional().size() == 1) interface = arguments.positional()[0];
  if (interface.empty() || arguments.positional().size() > 1 ||
      (arguments.Has("interface") && !arguments.positional().empty())) {
    return BadUsage(command, "needs one interface; write wgsim live --interface=wg0", console);
  }
  int threads = 0;
  if (!absl::SimpleAtoi(arguments.Get("threads", "1"), &threads) || threads < 1 ||
      threads > live::ThreadedDriver::kMostThreads) {
    return BadUsage(command,
                    absl::StrCat("--threads: \"", arguments.Get("threads"), "\" is no number of threads; 1 to ",
                                 live::ThreadedDriver::kMostThreads, " is right"),
                    console);
  }
  if (const absl::Status status = live::KeepMemoryToItself(); !status.ok()) {
    return Lacking(status, "", console);
  }
  // Signals first: whatever is made from here on is cleaned up.
  absl::StatusOr<live::Fd> signals = live::EndSignals();
  if (!signals.ok()) return Lacking(signals.status(), "", console);
  const auto log = [&console](const std::string& message) {
    console.err << "wgsim live: " << message << std::endl;
  };
  std::unique_ptr<live::Recorder> recorder;
  if (arguments.Has("record")) {
    auto created = live::Recorder::Create(arguments.Get("record"));
    if (!created.ok()) return Lacking(created.status(), "", console);
    recorder = *std::move(created);
  }
  auto device = live::LiveDevice::Create(
      interface,
      {.recorder = recorder.get(), .offload = !arguments.Has("no_offload"), .threads = threads}, log);
  if (!device.ok()) return Lacking(device.status(), RemedyFor(device.status()), console);
  auto socket = live::UapiSocket::Listen(
      absl::StrCat(live::kUapiFolder, "/", interface, ".sock"), device->get());
  if (!socket.ok()) return Lacking(socket.status(), RemedyFor(socket.status()), console);
  if (arguments.Has("config")) {
    const absl::Status status = Configure(arguments.Get("config"), device->get());
    if (!status.ok()) return Lacking(status, "", console);
  }
  if (const absl::Status status = live::DropPrivileges(); !status.ok()) {
    return Lacking(status, "", console);
  }
  if (!arguments.Has("foreground")) {
    if (const absl::Status status = live::Detach(); !status.ok()) return Lacking(status, "", console);
  }
  const absl::Status status = ServeAll(signals->get(), device->get(), socket->get());
  if (!status.ok()) return Lacking(status, "", console);
  return kOk;
}

}  // namespace

Command LiveCommand() {
  return {
      "live",
      "--interface=NAME [FLAGS]",
      "runs WireGuard on a TUN interface of this machine",
      "Makes a TUN interface and serves it with the very code that the simulation runs, in user space. wg(8) configures it as "
      "any other (wg show, set, setconf, syncconf), ip(8) gives it addresses and takes it up and down. It is removed when the "
      "process ends: by SIGINT, SIGTERM, or ip link delete.\n\n"
      "As in the kernel, packets that belong to no peer are answered with \"host unreachable\".\n\n"
      "--record writes down everything that goes in, with its time, and what comes of it; wgsim replay does the same again and "
      "compares. The file holds the interface's keys and all packets in clear: only its owner may read it.\n\n"
      "Called by the name wgsim-live (a link to this program) it is a command for wg-quick:\n\n"
      "  wgsim live --interface=wg0 --config=wg0.conf\n"
      "  WG_QUICK_USERSPACE_IMPLEMENTATION=wgsim-live wg-quick up wg0",
      {
          {"interface", "NAME", "the interface to make, as wg0; at most 15 letters"},
          {"config", "FILE", "configuration to begin with, as wg setconf reads it"},
          {"threads", "N", "threads that seal and open, 1 to 64; default 1"},
          {"no_offload", "", "packet by packet: no super-packets on the interface, no UDP_SEGMENT and UDP_GRO"},
          {"record", "FILE", "write all that happens, for wgsim replay"},
          {"foreground", "", "stay in the foreground and say what happens on standard error"},
      },
      &Run,
  };
}

}  // namespace tools
