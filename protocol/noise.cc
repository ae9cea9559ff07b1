// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/noise.h"

#include <algorithm>
#include <chrono>

#include "absl/types/span.h"
#include "protocol/check.h"

namespace wg {
namespace {

// curve25519_generate_secret
void GenerateSecret(Entropy& entropy, PrivateKey* key) {
  entropy.Fill(absl::MakeSpan(key->bytes));
  Clamp(key);
}

}  // namespace

void NoiseStaticIdentity::SetPrivateKey(const CryptoSuite& crypto, const PrivateKey& private_key) {
  private_key_ = private_key;
  Clamp(&private_key_);
  // The given bytes, not the clamped ones: clamping all zeros makes them look like a key.
  has_identity_ = crypto.DerivePublic(private_key, &public_key_);
}

NoiseHandshake::NoiseHandshake(const NoiseContext& context, PeerId peer,
                               const PublicKey& remote_static, const PresharedKey& psk)
    : peer_(peer), remote_static_(remote_static), psk_(psk) {
  PrecomputeStaticStatic(context);
}

NoiseHandshake::~NoiseHandshake() { CHECK(!index_.has_value()); }

void NoiseHandshake::PrecomputeStaticStatic(const NoiseContext& context) {
  precomputed_static_static_.Wipe();
  if (!context.identity.has_identity()) return;
  // Of a point of low order all zeros stay, which the ss step refuses.
  context.crypto.DeriveSharedSecret(context.identity.private_key(), remote_static_,
                                    &precomputed_static_static_);
}

void NoiseHandshake::InsertUnderNewIndex(IndexTable& index_table, Entropy& entropy) {
  if (index_.has_value()) index_table.Remove(*index_);
  index_ = index_table.Insert({IndexType::kHandshake, peer_, nullptr}, entropy);
}

NoiseVerdict NoiseHandshake::CreateInitiation(const NoiseContext& context, Now now,
                                              Entropy& entropy,
                                              MessageHandshakeInitiation* message) {
  if (!context.identity.has_identity()) return NoiseVerdict::kNoIdentity;
  symmetric_ = SymmetricState(remote_static_);
  GenerateSecret(entropy, &ephemeral_private_);
  const NoiseVerdict verdict = MixInitiation(context, now, message);
  if (verdict != NoiseVerdict::kOk) return verdict;
  InsertUnderNewIndex(context.index_table, entropy);
  message->sender_index = *index_;
  state_ = NoiseHandshakeState::kCreatedInitiation;
  return NoiseVerdict::kOk;
}

NoiseVerdict NoiseHandshake::MixInitiation(const NoiseContext& context, Now now,
                                           MessageHandshakeInitiation* message) {
  const CryptoSuite& crypto = context.crypto;
  // e
  if (!crypto.DerivePublic(ephemeral_private_, &message->unencrypted_ephemeral)) {
    return NoiseVerdict::kZeroEphemeral;
  }
  symmetric_.MixEphemeral(message->unencrypted_ephemeral);
  // es
  SymmetricKey key;
  if (!symmetric_.MixDh(crypto, ephemeral_private_, remote_static_, &key)) {
    return NoiseVerdict::kZeroSharedSecret;
  }
  // s
  symmetric_.EncryptAndHash(crypto, key, context.identity.public_key().bytes,
                            absl::MakeSpan(message->encrypted_static));
  // ss
  if (!symmetric_.MixPrecomputedDh(precomputed_static_static_, &key)) {
    return NoiseVerdict::kZeroSharedSecret;
  }
  // {t}
  symmetric_.EncryptAndHash(crypto, key, Tai64nNow(now.wall).bytes,
                            absl::MakeSpan(message->encrypted_timestamp));
  return NoiseVerdict::kOk;
}

NoiseVerdict NoiseHandshake::CreateResponse(const NoiseContext& context, Entropy& entropy,
                                            MessageHandshakeResponse* message) {
  if (state_ != NoiseHandshakeState::kConsumedInitiation) return NoiseVerdict::kWrongState;
  message->receiver_index = remote_index_;
  GenerateSecret(entropy, &ephemeral_private_);
  const NoiseVerdict verdict = MixResponse(context, message);
  if (verdict != NoiseVerdict::kOk) return verdict;
  InsertUnderNewIndex(context.index_table, entropy);
  message->sender_index = *index_;
  state_ = NoiseHandshakeState::kCreatedResponse;
  return NoiseVerdict::kOk;
}

NoiseVerdict NoiseHandshake::MixResponse(const NoiseContext& context,
                                         MessageHandshakeResponse* message) {
  const CryptoSuite& crypto = context.crypto;
  // e
  if (!crypto.DerivePublic(ephemeral_private_, &message->unencrypted_ephemeral)) {
    return NoiseVerdict::kZeroEphemeral;
  }
  symmetric_.MixEphemeral(message->unencrypted_ephemeral);
  // ee, se
  if (!symmetric_.MixDh(crypto, ephemeral_private_, remote_ephemeral_, nullptr) ||
      !symmetric_.MixDh(crypto, ephemeral_private_, remote_static_, nullptr)) {
    return NoiseVerdict::kZeroSharedSecret;
  }
  // psk
  SymmetricKey key;
  symmetric_.MixPsk(psk_, &key);
  // {}
  symmetric_.EncryptAndHash(crypto, key, {}, absl::MakeSpan(message->encrypted_nothing));
  return NoiseVerdict::kOk;
}

bool NoiseHandshake::BeginSession(const NoiseContext& context, Now now, bool peer_is_dead,
                                  Keypairs* keypairs) {
  if (state_ != NoiseHandshakeState::kCreatedResponse &&
      state_ != NoiseHandshakeState::kConsumedResponse) {
    return false;
  }
  CHECK(index_.has_value());
  Keypair::Session session{.peer = peer_,
                           .i_am_the_initiator = state_ == NoiseHandshakeState::kConsumedResponse,
                           .index = *index_,
                           .remote_index = remote_index_,
                           .sending = {},
                           .receiving = {}};
  if (session.i_am_the_initiator) {
    symmetric_.Split(&session.sending, &session.receiving);
  } else {
    symmetric_.Split(&session.receiving, &session.sending);
  }
  Zero();
  if (peer_is_dead) return false;
  KeypairRef keypair = KeypairRef::Create(session, now.boot, &context.keypairs);
  context.index_table.Replace(*index_, {IndexType::kKeypair, peer_, keypair.get()});
  index_.reset();
  keypairs->AddNewKeypair(std::move(keypair), context.index_table);
  return true;
}

void NoiseHandshake::Clear(IndexTable& index_table) {
  if (index_.has_value()) index_table.Remove(*index_);
  index_.reset();
  Zero();
}

void NoiseHandshake::Zero() {
  ephemeral_private_.Wipe();
  remote_ephemeral_ = PublicKey{};
  symmetric_.Wipe();
  remote_index_ = 0;
  state_ = NoiseHandshakeState::kZeroed;
}

// The receiving half, which must not touch a handshake before every check has passed, and so works
// on copies.
struct NoiseConsumer {
  static OpenedInitiation Open(const NoiseContext& context, Now now,
                               const MessageHandshakeInitiation& message,
                               HandshakeOfPeer handshake_of_peer) {
    const CryptoSuite& crypto = context.crypto;
    if (!context.identity.has_identity()) return {NoiseVerdict::kNoIdentity};
    SymmetricState symmetric(context.identity.public_key());
    // e
    symmetric.MixEphemeral(message.unencrypted_ephemeral);
    // es
    SymmetricKey key;
    if (!symmetric.MixDh(crypto, context.identity.private_key(), message.unencrypted_ephemeral,
                         &key)) {
      return {NoiseVerdict::kZeroSharedSecret};
    }
    // s
    PublicKey remote_static;
    if (!symmetric.DecryptAndHash(crypto, key, message.encrypted_static,
                                  absl::MakeSpan(remote_static.bytes))) {
      return {NoiseVerdict::kBadStatic};
    }
    const PeerId peer = context.peer_table.Lookup(remote_static);
    if (peer == PeerId::kNone) return {NoiseVerdict::kUnknownPeer};
    NoiseHandshake* handshake = handshake_of_peer(peer);
    CHECK(handshake != nullptr);
    // ss
    if (!symmetric.MixPrecomputedDh(handshake->precomputed_static_static_, &key)) {
      return {NoiseVerdict::kZeroSharedSecret};
    }
    // {t}
    Tai64n timestamp;
    if (!symmetric.DecryptAndHash(crypto, key, message.encrypted_timestamp,
                                  absl::MakeSpan(timestamp.bytes))) {
      return {NoiseVerdict::kBadTimestamp};
    }
    if (timestamp <= handshake->latest_timestamp_) return {NoiseVerdict::kReplay};
    if (handshake->last_initiation_consumption_ + context.min_initiation_interval > now.boot) {
      return {NoiseVerdict::kFlood};
    }

    return {NoiseVerdict::kOk, peer, timestamp, symmetric};
  }

  static void Accept(Now now, const MessageHandshakeInitiation& message,
                     const OpenedInitiation& opened, NoiseHandshake* handshake) {
    handshake->remote_ephemeral_ = message.unencrypted_ephemeral;
    handshake->latest_timestamp_ = std::max(handshake->latest_timestamp_, opened.timestamp);
    handshake->symmetric_ = opened.symmetric;
    handshake->remote_index_ = message.sender_index;
    handshake->last_initiation_consumption_ =
        std::max(handshake->last_initiation_consumption_, now.boot);
    handshake->state_ = NoiseHandshakeState::kConsumedInitiation;
  }

  static NoiseConsumed Response(const NoiseContext& context,
                                const MessageHandshakeResponse& message,
                                HandshakeOfPeer handshake_of_peer) {
    const CryptoSuite& crypto = context.crypto;
    if (!context.identity.has_identity()) return {NoiseVerdict::kNoIdentity, nullptr};
    const IndexEntry* entry =
        context.index_table.Lookup(message.receiver_index, IndexType::kHandshake);
    if (entry == nullptr) return {NoiseVerdict::kUnknownIndex, nullptr};
    NoiseHandshake* handshake = handshake_of_peer(entry->peer);
    CHECK(handshake != nullptr);
    if (handshake->state_ != NoiseHandshakeState::kCreatedInitiation) {
      return {NoiseVerdict::kWrongState, nullptr};
    }
    SymmetricState symmetric = handshake->symmetric_;
    // e
    symmetric.MixEphemeral(message.unencrypted_ephemeral);
    // ee, se
    if (!symmetric.MixDh(crypto, handshake->ephemeral_private_, message.unencrypted_ephemeral,
                         nullptr) ||
        !symmetric.MixDh(crypto, context.identity.private_key(), message.unencrypted_ephemeral,
                         nullptr)) {
      return {NoiseVerdict::kZeroSharedSecret, nullptr};
    }
    // psk: the one in force now, not when the initiation was made
    SymmetricKey key;
    symmetric.MixPsk(handshake->psk_, &key);
    // {}
    if (!symmetric.DecryptAndHash(crypto, key, message.encrypted_nothing, {})) {
      return {NoiseVerdict::kBadTag, nullptr};
    }

    handshake->remote_ephemeral_ = message.unencrypted_ephemeral;
    handshake->symmetric_ = symmetric;
    handshake->remote_index_ = message.sender_index;
    handshake->state_ = NoiseHandshakeState::kConsumedResponse;
    return {NoiseVerdict::kOk, handshake};
  }
};

OpenedInitiation OpenInitiation(const NoiseContext& context, Now now,
                                const MessageHandshakeInitiation& message,
                                HandshakeOfPeer handshake_of_peer) {
  return NoiseConsumer::Open(context, now, message, handshake_of_peer);
}

void AcceptInitiation(Now now, const MessageHandshakeInitiation& message,
                      const OpenedInitiation& opened, NoiseHandshake* handshake) {
  NoiseConsumer::Accept(now, message, opened, handshake);
}

NoiseConsumed ConsumeInitiation(const NoiseContext& context, Now now,
                                const MessageHandshakeInitiation& message,
                                HandshakeOfPeer handshake_of_peer) {
  const OpenedInitiation opened = OpenInitiation(context, now, message, handshake_of_peer);
  if (opened.verdict != NoiseVerdict::kOk) return {opened.verdict, nullptr};
  NoiseHandshake* handshake = handshake_of_peer(opened.peer);
  AcceptInitiation(now, message, opened, handshake);
  return {NoiseVerdict::kOk, handshake};
}

NoiseConsumed ConsumeResponse(const NoiseContext& context, const MessageHandshakeResponse& message,
                              HandshakeOfPeer handshake_of_peer) {
  return NoiseConsumer::Response(context, message, handshake_of_peer);
}

}  // namespace wg
