// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The handshake, Noise_IKpsk2, with WireGuard's rules around it (noise.c; spec/handshake section
// 3):
//
//   NoiseStaticIdentity   the key pair of a device, or none
//   NoiseHandshake        the one handshake a peer may have in progress, and what outlives it: ss,
//   psk, the last
//                         time stamp, the time of the last accepted initiation
//   NoiseContext          what all handshakes of a device share
//
// It makes and takes message structs and knows neither macs (cookie.h) nor endpoints nor timers.
// Every failure is silent on the wire; NoiseVerdict says which it was, for traces and tests.
//
//   initiator: CreateInitiation ................................ ConsumeResponse  BeginSession
//   responder: ................ ConsumeInitiation CreateResponse BeginSession
//
// Requirements: NOISE-009 011 to 013 016 019 to 024 027 to 039 041 to 043 047 to 049 051 052 076 to
//   078 083 to 085 087 to 089 091 094.
#ifndef WGSIM_PROTOCOL_NOISE_H_
#define WGSIM_PROTOCOL_NOISE_H_

#include <chrono>
#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/types/optional.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/entropy.h"
#include "protocol/index_table.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/peer_id.h"
#include "protocol/peer_table.h"
#include "protocol/symmetric_state.h"
#include "protocol/tai64n.h"
#include "protocol/time.h"

namespace wg {

// struct noise_static_identity
class NoiseStaticIdentity {
 public:
  // Keeps a clamped copy of `private_key` and derives the public key. All zero bytes: from now on
  // no identity (wg_noise_set_static_identity_private_key). The caller then has ss recomputed and
  // keys expired for every peer.
  void SetPrivateKey(const CryptoSuite& crypto, const PrivateKey& private_key);

  bool has_identity() const { return has_identity_; }
  // Clamped; also without identity not all zero once a key was set. A request to set a key is
  // "unchanged" iff its bytes equal these.
  const PrivateKey& private_key() const { return private_key_; }
  const PublicKey& public_key() const { return public_key_; }  // all zero without identity

 private:
  bool has_identity_ = false;
  PrivateKey private_key_;
  PublicKey public_key_;
};

enum class NoiseVerdict : uint8_t {
  kOk,
  kNoIdentity,        // the device has no private key
  kZeroEphemeral,     // the own ephemeral public key came out all zero
  kZeroSharedSecret,  // es, ss, ee or se is all zero
  kBadStatic,         // the sealed static key does not open
  kUnknownPeer,       // ... and is nobody's here
  kBadTimestamp,      // the sealed time stamp does not open
  kReplay,            // ... and is not later than the latest
  kFlood,             // less than 20 ms after the last accepted initiation
  kUnknownIndex,      // no handshake has the receiver index of this response
  kWrongState,        // not the moment for this step
  kBadTag,            // the empty text of the response does not open: wrong keys or wrong psk
};

// Initiations of one peer that come faster are a flood.
inline constexpr Duration kMinInitiationInterval =
    Duration(std::chrono::seconds(1)) / kInitiationsPerSecond;

// What the handshakes of one device share; everything outlives the context, which is cheap to make
// for one call.
struct NoiseContext {
  const CryptoSuite& crypto;
  const NoiseStaticIdentity& identity;
  const PeerTable& peer_table;
  IndexTable& index_table;
  KeypairAccount& keypairs;
  Duration min_initiation_interval = kMinInitiationInterval;  // of the modelled implementation
};

// enum noise_handshake_state
enum class NoiseHandshakeState : uint8_t {
  kZeroed,
  kCreatedInitiation,
  kConsumedInitiation,
  kCreatedResponse,
  kConsumedResponse,
};

// struct noise_handshake. Part of a peer. Single-threaded. Not copyable: the index table knows it.
// Clear() must have been called before it dies.
class NoiseHandshake {
 public:
  // wg_noise_handshake_init. `psk` is all zero if there is none. ss is computed.
  NoiseHandshake(const NoiseContext& context, PeerId peer, const PublicKey& remote_static,
                 const PresharedKey& psk);
  ~NoiseHandshake();
  NoiseHandshake(const NoiseHandshake&) = delete;
  NoiseHandshake& operator=(const NoiseHandshake&) = delete;

  // Computes ss, the Diffie-Hellman of both static keys, anew; all zero without identity or if it
  // comes out so, which makes every handshake fail. To be called after the identity changed
  // (wg_noise_precompute_static_static).
  void PrecomputeStaticStatic(const NoiseContext& context);

  // Used from the next step that mixes it: also by a response to an initiation already sent. No
  // effect on sessions.
  void SetPresharedKey(const PresharedKey& psk) { psk_ = psk; }

  // Starts a handshake: message 1 without its macs, under a new index
  // (wg_noise_handshake_create_initiation). On failure past the identity check the state and the
  // index stay, but a pending handshake is ruined.
  NoiseVerdict CreateInitiation(const NoiseContext& context, Now now, Entropy& entropy,
                                MessageHandshakeInitiation* message);

  // Answers the initiation consumed last: message 2 without its macs, under a new index
  // (wg_noise_handshake_create_response). On failure the state stays kConsumedInitiation.
  NoiseVerdict CreateResponse(const NoiseContext& context, Entropy& entropy,
                              MessageHandshakeResponse* message);

  // Turns a finished handshake into a keypair and puts it into `keypairs` and, in the place of this
  // handshake, into the index table. False, and nothing is published, in the wrong state or if the
  // peer is dead; a finished handshake is zeroed all the same (wg_noise_handshake_begin_session).
  bool BeginSession(const NoiseContext& context, Now now, bool peer_is_dead, Keypairs* keypairs);

  // Ends whatever is in progress and leaves the index table (wg_noise_handshake_clear).
  void Clear(IndexTable& index_table);

  PeerId peer() const { return peer_; }
  NoiseHandshakeState state() const { return state_; }
  const PublicKey& remote_static() const { return remote_static_; }
  const PresharedKey& psk() const { return psk_; }
  const SharedSecret& precomputed_static_static() const { return precomputed_static_static_; }
  absl::optional<uint32_t> index() const { return index_; }  // its entry in the index table
  uint32_t remote_index() const { return remote_index_; }
  const Tai64n& latest_timestamp() const { return latest_timestamp_; }
  const SymmetricState& symmetric() const { return symmetric_; }
  // The own ephemeral key of the handshake in progress; for key logs.
  const PrivateKey& ephemeral_private() const { return ephemeral_private_; }

 private:
  friend struct NoiseConsumer;

  NoiseVerdict MixInitiation(const NoiseContext& context, Now now,
                             MessageHandshakeInitiation* message);
  NoiseVerdict MixResponse(const NoiseContext& context, MessageHandshakeResponse* message);
  void InsertUnderNewIndex(IndexTable& index_table, Entropy& entropy);
  void Zero();

  const PeerId peer_;
  const PublicKey remote_static_;
  NoiseHandshakeState state_ = NoiseHandshakeState::kZeroed;
  absl::optional<uint32_t> index_;
  uint32_t remote_index_ = 0;
  // These four survive the end of a handshake.
  BootTime last_initiation_consumption_{};
  Tai64n latest_timestamp_;
  SharedSecret precomputed_static_static_;
  PresharedKey psk_;
  // These do not.
  PrivateKey ephemeral_private_;
  PublicKey remote_ephemeral_;
  SymmetricState symmetric_;
};

// How Consume... find the handshake of a peer that a table named. REQUIRES: not null for a peer in
// a table.
using HandshakeOfPeer = absl::FunctionRef<NoiseHandshake*(PeerId)>;

// `handshake` is null unless the verdict is kOk.
struct NoiseConsumed {
  NoiseVerdict verdict;
  NoiseHandshake* handshake;
};

// Message 1, opened; if the verdict is kOk, found good, and not acted upon yet. Secret.
struct OpenedInitiation {
  NoiseVerdict verdict;
  PeerId peer = PeerId::kNone;
  Tai64n timestamp{};
  SymmetricState symmetric{};
};

// The first half of ConsumeInitiation (under locks for readers in the kernel): opens message 1 (its
// mac1 already found good), finds the peer by the sealed static key, refuses replays (timestamp <=
// latest) and floods (accepted again at exactly 20 ms). Changes nothing.
OpenedInitiation OpenInitiation(const NoiseContext& context, Now now,
                                const MessageHandshakeInitiation& message,
                                HandshakeOfPeer handshake_of_peer);

// The second half: the handshake of the peer that `opened` names becomes kConsumedInitiation,
// whatever it was. What came in between does not matter, a later time stamp stays.
// REQUIRES: opened.verdict is kOk.
void AcceptInitiation(Now now, const MessageHandshakeInitiation& message,
                      const OpenedInitiation& opened, NoiseHandshake* handshake);

// Both (wg_noise_handshake_consume_initiation). Refused: nothing changes.
NoiseConsumed ConsumeInitiation(const NoiseContext& context, Now now,
                                const MessageHandshakeInitiation& message,
                                HandshakeOfPeer handshake_of_peer);

// Takes message 2 (mac1 good): finds the handshake by the receiver index, among handshakes only
// (wg_noise_handshake_consume_response). Refused: nothing changes, and a good response may still
// come.
NoiseConsumed ConsumeResponse(const NoiseContext& context, const MessageHandshakeResponse& message,
                              HandshakeOfPeer handshake_of_peer);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_NOISE_H_
