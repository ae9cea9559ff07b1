// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// LiveDevice: a protocol/ Device on a TUN interface and UDP sockets: the driver that carries out what the device wants, at
// once and in this thread, but for the ciphers, which more of them may share. The interface's administrator takes it up and down; wg(8) configures it through a UapiSocket,
// whose handler this is. The caller has the loop:
//
//   device->AppendTo(&fds);
//   poll(fds, device->PollTimeout());
//   device->Serve(fds);
//
// As in the kernel a packet that belongs to no peer is refused: its sender hears "host unreachable" by ICMP.
#ifndef WGSIM_TOOLS_LIVE_LIVE_DEVICE_H_
#define WGSIM_TOOLS_LIVE_LIVE_DEVICE_H_

#include <poll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/crypto/keys.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/uapi/session.h"
#include "tools/live/interface_watch.h"
#include "tools/live/os_clock.h"
#include "tools/live/recorder.h"
#include "tools/live/threaded_driver.h"
#include "tools/live/tun.h"
#include "tools/live/udp_port.h"

namespace live {

class LiveDevice : public wg::uapi::Handler {
 public:
  // Packets read from the interface before the sockets have their turn; as many more as the last super-packet holds.
  static constexpr size_t kPacketsInARow = 128;
  // Datagrams read from the sockets before they are processed; as many more as one system call brings. More than the 512
  // waiting handshake messages from which on there is load (MAX_QUEUED_INCOMING_HANDSHAKES / 8).
  static constexpr size_t kDatagramsInARow = 1024;

  // Hears what an operator should know: "port 51820 is in use".
  using Log = std::function<void(const std::string& message)>;

  struct Options {
    // Hears of everything that the device is given; nullptr: nobody. Outlives the LiveDevice.
    Recorder* recorder = nullptr;
    // Super-packets on the interface, UDP_SEGMENT and UDP_GRO at the sockets, as far as the kernel has them.
    bool offload = true;
    // That seal and open, this one included.
    int threads = 1;
  };

  // Makes the interface, down and without configuration. Errors as those of Tun and InterfaceWatch.
  static absl::StatusOr<std::unique_ptr<LiveDevice>> Create(const std::string& interface, Options options, Log log);
  ~LiveDevice() override;

  const std::string& name() const { return tun_->name(); }
  // Somebody removed the interface: there is nothing more to do.
  bool gone() const { return gone_; }

  void AppendTo(std::vector<pollfd>* fds) const;
  // Milliseconds until a timer is due, at most a minute; 0: something is due, or waits.
  int PollTimeout() const;
  // Does whatever there is to do. May be called at any time; what `polled` says is not ready is not asked again.
  void Serve(absl::Span<const pollfd> polled);

  // wg::uapi::Handler.
  wg::GetDevice Get() override { return device_.Get(); }
  bool HasPeer(const wg::PublicKey& key) override;
  wg::Errno Set(const wg::SetDevice& request) override;

 private:
  LiveDevice(std::unique_ptr<Tun> tun, std::unique_ptr<InterfaceWatch> watch, Options options, Log log, wg::Now now);

  void FollowInterface(absl::Span<const pollfd> polled);
  void Up();
  void Down();
  // Takes the sockets to this port; the old ones stay where that fails.
  wg::BindOutcome Bind(uint16_t port);
  void TakeFromInterface();
  // packets_: one, or the segments of one super-packet.
  void Transmit(wg::Now now);
  void TakeFromSockets(absl::Span<const pollfd> polled);
  void Refuse(const wg::Buffer& packet);
  // What came of what the recorder has heard of last.
  void Record(wg::Errno error = wg::Errno::kOk);
  // Carries out fx_ until nothing is left.
  void CarryOut(wg::Now now);
  void SendDatagrams(wg::Now now);

  // nullptr: nobody.
  Recorder* recorder() const { return options_.recorder; }

  const Options options_;
  const Log log_;
  const std::unique_ptr<Tun> tun_;
  const std::unique_ptr<InterfaceWatch> watch_;
  OsEntropy entropy_;
  wg::BufferPool pool_;
  wg::Module module_;
  wg::Device device_;
  ThreadedDriver driver_;
  wg::Effects fx_;
  std::unique_ptr<UdpPort> sockets_;  // while the interface is up
  uint16_t port_ = 0;                 // as configured; 0: any
  uint32_t mark_ = 0;                 // of sockets_
  std::vector<wg::Buffer> packets_;  // of the interface
  std::vector<wg::Datagram> received_;
  std::vector<UdpPort::Sent> sent_;
  bool unbound_ = false;  // up, but without its port, and that was said
  bool more_ = false;  // something was left behind by the last Serve()
  bool recording_ = true;  // until an error was said
  bool gone_ = false;
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_LIVE_DEVICE_H_
