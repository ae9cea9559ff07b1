// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The socket by itself: clients that are slow, many, silent or wrong. That wg gets along with it is wg_program_test.
#include "tools/live/uapi_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protocol/uapi/session.h"
#include "protocol/uapi/test_handler.h"

namespace live {
namespace {

constexpr char kGet[] = "get=1\n\n";
constexpr char kDone[] = "errno=0\n\n";

class UapiSocketTest : public testing::Test {
 protected:
  // A name of a socket has at most 107 characters, and the folder for tests is often longer.
  void SetUp() override {
    char folder[] = "/tmp/uapi_socket_XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    auto socket = UapiSocket::Listen(path(), &handler_);
    ASSERT_TRUE(socket.ok()) << socket.status();
    socket_ = *std::move(socket);
  }
  void TearDown() override {
    for (int fd : clients_) close(fd);
    socket_.reset();
    EXPECT_EQ(rmdir((folder_ + "/made").c_str()), 0) << "its file is gone";
    EXPECT_EQ(rmdir(folder_.c_str()), 0);
  }
  std::string path() const { return folder_ + "/made/wg0.sock"; }

  int Connect() {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path().data(), path().size());
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    clients_.push_back(fd);
    return fd;
  }
  void Send(int fd, const std::string& text) {
    ASSERT_EQ(send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  // What has come, and "<end>" if the other side has closed.
  static std::string Receive(int fd) {
    std::string text;
    char block[4096];
    while (true) {
      const ssize_t size = recv(fd, block, sizeof(block), 0);
      if (size < 0) return text;
      if (size == 0) return text + "<end>";
      text.append(block, static_cast<size_t>(size));
    }
  }

  wg::uapi::TestHandler handler_;
  std::string folder_;
  std::unique_ptr<UapiSocket> socket_;
  std::vector<int> clients_;
};

TEST_F(UapiSocketTest, IsForItsOwnerOnly) {
  struct stat status;
  ASSERT_EQ(stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(UapiSocketTest, AnswersRequestAfterRequestInAnyPieces) {
  const int fd = Connect();
  for (const char* piece : {"set=1\nfwm", "ark=7\n", "\nget", "=1\n\nge"}) {
    Send(fd, piece);
    socket_->Serve();
  }
  EXPECT_EQ(Receive(fd), absl::StrCat(kDone, "fwmark=7\n", kDone));
  Send(fd, "t=1\n\n");
  socket_->Serve();
  EXPECT_EQ(Receive(fd), absl::StrCat("fwmark=7\n", kDone));
}

TEST_F(UapiSocketTest, AWrongRequestIsAnsweredAndNoRequestIsNot) {
  const int wrong = Connect();
  const int none = Connect();
  Send(wrong, "get=1\nx");
  Send(none, "GET / HTTP/1.1\r\n\r\n");
  socket_->Serve();
  EXPECT_EQ(Receive(wrong), "errno=-22\n\n<end>");
  EXPECT_EQ(Receive(none), "<end>");
}

TEST_F(UapiSocketTest, SoManyClientsAtATimeAndTheOthersWait) {
  std::vector<int> fds;
  for (size_t i = 0; i < UapiSocket::kMaxClients; ++i) fds.push_back(Connect());
  socket_->Serve();
  const int late = Connect();
  Send(late, kGet);
  socket_->Serve();
  EXPECT_EQ(Receive(late), "");
  std::vector<pollfd> polled;
  socket_->AppendTo(&polled);
  EXPECT_EQ(polled.size(), UapiSocket::kMaxClients) << "without the one to accept from";
  EXPECT_EQ(poll(polled.data(), polled.size(), 0), 0)
      << "who is not served does not keep the loop busy";
  shutdown(fds[3], SHUT_RDWR);
  socket_->Serve();  // notices
  socket_->Serve();  // accepts
  EXPECT_EQ(Receive(late), kDone);
}

TEST_F(UapiSocketTest, WhoDoesNotReadIsWaitedForAndKeepsNobodyWaiting) {
  std::string lines = absl::StrCat("set=1\npublic_key=", std::string(64, 'a'), "\n");
  for (int i = 0; i < 60000; ++i) {
    absl::StrAppend(&lines, "allowed_ip=10.", i / 65536, ".", i / 256 % 256, ".", i % 256, "/32\n");
  }
  wg::uapi::Session(&handler_).Feed(lines + "\n");  // an answer that no socket buffer holds
  const int slow = Connect();
  const int quick = Connect();
  Send(slow, kGet);
  socket_->Serve();
  Send(slow, kGet);  // waits until the first answer is read
  Send(quick, "set=1\n\n");
  socket_->Serve();
  EXPECT_EQ(Receive(quick), kDone);
  std::vector<pollfd> polled;
  socket_->AppendTo(&polled);
  ASSERT_EQ(polled.size(), 3u);
  EXPECT_EQ(polled[1].events, POLLOUT);
  std::string answers;
  for (std::string part = Receive(slow); !part.empty(); part = Receive(slow)) {
    answers += part;
    socket_->Serve();
  }
  const std::string one = wg::uapi::Session(&handler_).Feed(kGet);
  EXPECT_GT(one.size(), size_t{1} << 20);
  EXPECT_TRUE(answers == one + one);
}

TEST_F(UapiSocketTest, AClientThatLeavesInTheMiddleLeavesNothingBehind) {
  const int fd = Connect();
  Send(fd, "set=1\nfwmark=7\n");
  socket_->Serve();
  shutdown(fd, SHUT_RDWR);
  socket_->Serve();
  EXPECT_EQ(handler_.Get().fwmark, 0u) << "the empty line has not come";
  std::vector<pollfd> polled;
  socket_->AppendTo(&polled);
  EXPECT_EQ(polled.size(), 1u);
}

TEST_F(UapiSocketTest, WhatIsInTheWayIsSaid) {
  EXPECT_EQ(UapiSocket::Listen(path(), &handler_).status().code(),
            absl::StatusCode::kAlreadyExists);
  const std::string file = folder_ + "/made/file.sock";
  std::ofstream(file) << "x";
  EXPECT_EQ(UapiSocket::Listen(file, &handler_).status().message(),
            file + " is there and is no socket");
  unlink(file.c_str());
  EXPECT_EQ(UapiSocket::Listen(folder_ + std::string(120, 'x'), &handler_).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(UapiSocket::Listen(folder_ + "/no/such/wg0.sock", &handler_).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace live
