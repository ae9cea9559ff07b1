# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The primitives of WireGuard in plain Python: slow, short, and made from the RFCs alone, so that nothing of what they check is in them.

X25519 (RFC 7748), ChaCha20-Poly1305 (RFC 8439), XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), HKDF of BLAKE2s (the paper, section 5.4).
BLAKE2s itself is Python's.
"""

import hashlib
import hmac
import struct

PRIME = 2**255 - 19


def blake2s(data, key=b"", size=32):
    return hashlib.blake2s(data, key=key, digest_size=size).digest()


def clamped(scalar):
    return bytes([scalar[0] & 248]) + scalar[1:31] + bytes([scalar[31] & 127 | 64])


def x25519(scalar, point=bytes([9]) + bytes(31)):
    k = int.from_bytes(clamped(scalar), "little")
    u = int.from_bytes(point, "little") % 2**255
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b = (x2 + z2) % PRIME, (x2 - z2) % PRIME
        aa, bb = a * a % PRIME, b * b % PRIME
        e = (aa - bb) % PRIME
        da, cb = (x3 - z3) * a % PRIME, (x3 + z3) * b % PRIME
        x3, z3 = (da + cb)**2 % PRIME, u * (da - cb)**2 % PRIME
        x2, z2 = aa * bb % PRIME, e * (aa + 121665 * e) % PRIME
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little")


def _rotate(value, by):
    return (value << by | value >> 32 - by) & 0xffffffff


def _rounds(state):
    state = list(state)

    def quarter(a, b, c, d):
        for x, y, z, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[x] = (state[x] + state[y]) & 0xffffffff
            state[z] = _rotate(state[z] ^ state[x], by)

    for _ in range(10):
        for column in range(4):
            quarter(column, 4 + column, 8 + column, 12 + column)
        for diagonal in range(4):
            quarter(diagonal, 4 + (diagonal + 1) % 4, 8 + (diagonal + 2) % 4, 12 + (diagonal + 3) % 4)
    return state


CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")


def _block(key, counter, nonce):
    state = (*CONSTANTS, *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce))
    return struct.pack("<16I", *((a + b) & 0xffffffff for a, b in zip(_rounds(state), state)))


def _poly1305(key, data):
    r = int.from_bytes(key[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    total = 0
    for at in range(0, len(data), 16):
        total = (total + int.from_bytes(data[at:at + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def _padded(data):
    return data + bytes(-len(data) % 16)


def seal_with_nonce(key, nonce, plain, aad):
    stream = b"".join(_block(key, 1 + i, nonce) for i in range((len(plain) + 63) // 64))
    text = bytes(a ^ b for a, b in zip(plain, stream))
    lengths = struct.pack("<QQ", len(aad), len(text))
    return text + _poly1305(_block(key, 0, nonce)[:32], _padded(aad) + _padded(text) + lengths)


def seal(key, counter, plain, aad=b""):
    """ChaCha20-Poly1305 with a counter of 64 bits behind 32 zero bits."""
    return seal_with_nonce(key, bytes(4) + struct.pack("<Q", counter), plain, aad)


def xseal(key, nonce, plain, aad):
    """XChaCha20-Poly1305; a nonce of 24 bytes."""
    state = _rounds((*CONSTANTS, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce[:16])))
    return seal_with_nonce(struct.pack("<8I", *state[:4], *state[12:]), bytes(4) + nonce[16:], plain, aad)


def hmac_blake2s(key, data):
    return hmac.new(key, data, lambda data=b"": hashlib.blake2s(data)).digest()


def kdf(count, key, data):
    """KDF1, KDF2 or KDF3: `count` outputs of 32 bytes."""
    secret, out = hmac_blake2s(key, data), [b""]
    for i in range(1, count + 1):
        out.append(hmac_blake2s(secret, out[-1] + bytes([i])))
    return out[1:]
