#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Makes the JSON files here, of which README.md tells. Uses nothing of wgsim's: primitives.py and the paper.

    conformance/vectors/make_vectors.py [FOLDER]     writes into FOLDER, or where this file is
"""

import json
import os
import random
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import primitives as p  # noqa: E402

CONSTRUCTION = b"Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"
IDENTIFIER = b"WireGuard v1 zx2c4 Jason@zx2c4.com"
WINDOW = 8128
REJECT = 2**64 - 1 - WINDOW - 1
LOW_ORDER = ["00" * 32, "01" + "00" * 31, "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
             "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157", "ec" + "ff" * 30 + "7f", "ed" + "ff" * 30 + "7f",
             "ee" + "ff" * 30 + "7f"]


def named(label):
    """32 bytes that are a label's."""
    return p.blake2s(b"wgsim vector: " + label.encode())


def hexed(values):
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in values.items()}


def tai64n(unix_ns):
    """The stamp of an initiation: 24 bits of the nanoseconds are zero."""
    return struct.pack(">QI", 0x400000000000000a + unix_ns // 10**9, unix_ns % 10**9 & ~0xffffff)


def mac1_key(public):
    return p.blake2s(b"mac1----" + public)


def cookie_key(public):
    return p.blake2s(b"cookie--" + public)


class Noise:
    """Chaining key and hash."""

    def __init__(self, responder):
        self.ck = p.blake2s(CONSTRUCTION)
        self.h = p.blake2s(p.blake2s(self.ck + IDENTIFIER) + responder)

    def ephemeral(self, public):
        self.h = p.blake2s(self.h + public)
        self.ck, = p.kdf(1, self.ck, public)

    def mix(self, secret, count=2):
        self.ck, *rest = p.kdf(count, self.ck, secret)
        return rest

    def encrypt(self, key, plain):
        sealed = p.seal(key, 0, plain, self.h)
        self.h = p.blake2s(self.h + sealed)
        return sealed


def handshake(ident, comment, psk, unix_ns, index_i, index_r, who):
    si, sr, ei, er = (p.clamped(named(who + name)) for name in (" static i", " static r", " ephemeral i", " ephemeral r"))
    public = {name: p.x25519(key) for name, key in (("si", si), ("sr", sr), ("ei", ei), ("er", er))}
    noise, steps = Noise(public["sr"]), {}

    def step(name):
        steps[name] = {"chaining_key": noise.ck.hex(), "hash": noise.h.hex()}

    noise.ephemeral(public["ei"])
    step("initiation e")
    key, = noise.mix(p.x25519(ei, public["sr"]))
    static = noise.encrypt(key, public["si"])
    step("initiation es s")
    key, = noise.mix(p.x25519(si, public["sr"]))
    stamp = noise.encrypt(key, tai64n(unix_ns))
    step("initiation ss t")
    one = struct.pack("<II", 1, index_i) + public["ei"] + static + stamp
    one += p.blake2s(one, mac1_key(public["sr"]), 16) + bytes(16)
    noise.ephemeral(public["er"])
    step("response e")
    noise.mix(p.x25519(er, public["ei"]), 1)
    noise.mix(p.x25519(er, public["si"]), 1)
    step("response ee se")
    tau, key = noise.mix(psk, 3)
    noise.h = p.blake2s(noise.h + tau)
    step("response psk")
    nothing = noise.encrypt(key, b"")
    step("response {}")
    two = struct.pack("<III", 2, index_r, index_i) + public["er"] + nothing
    two += p.blake2s(two, mac1_key(public["si"]), 16) + bytes(16)
    first, second = p.kdf(2, noise.ck, b"")
    return {"id": ident, "comment": comment,
            **hexed({"initiator_static_private": si, "initiator_static_public": public["si"], "responder_static_private": sr,
                     "responder_static_public": public["sr"], "initiator_ephemeral_private": ei, "responder_ephemeral_private": er,
                     "preshared_key": psk, "unix_nanoseconds": str(unix_ns), "initiator_index": index_i, "responder_index": index_r}),
            "steps": steps, **hexed({"initiation": one, "response": two, "key_initiator_to_responder": first, "key_responder_to_initiator": second})}


def handshakes():
    plain, now = bytes(32), 1_700_000_000_123_456_789
    return [
        handshake("handshake-no-psk", "no preshared key: 32 zero bytes", plain, now, 0x11223344, 0xa1b2c3d4, "one"),
        handshake("handshake-psk", "a preshared key", named("psk"), now, 0x11223344, 0xa1b2c3d4, "one"),
        handshake("handshake-other-keys", "other keys, and indices at their ends", named("psk two"), now + 10**9, 0, 0xffffffff, "two"),
        handshake("handshake-1970", "a clock at its beginning", plain, 0, 1, 2, "three"),
        handshake("handshake-far-future", "a clock after 2106", named("psk four"), 5_000_000_000_999_999_999, 0xffffffff, 0, "four"),
    ]


def kdfs():
    cases = [("kdf-empty", "empty key and input", b"", b""), ("kdf-short", "the paper's shape: a chaining key and a point", named("ck"), named("point")),
             ("kdf-no-input", "as for transport keys: no input", named("ck"), b""), ("kdf-long-key", "a key longer than a block is hashed", named("k") * 3, b"abc")]
    return [{"id": i, "comment": c, **hexed({"key": k, "input": d}), "outputs": [t.hex() for t in p.kdf(3, k, d)]} for i, c, k, d in cases]


def cookies():
    out = []
    for ident, comment, address, port in (
            ("cookie-v4", "IPv4: four bytes of address, two of port, big endian", "192.0.2.1", 51820), ("cookie-v4-port", "another port", "192.0.2.1", 51821),
            ("cookie-v4-low-port", "bytes of the port that differ from their mirror", "198.51.100.7", 1), ("cookie-v6", "IPv6", "2001:db8::1", 51820),
            ("cookie-v6-other", "the last bit of an address", "2001:db8::2", 51820)):
        import ipaddress
        where = ipaddress.ip_address(address).packed + struct.pack(">H", port)
        message = bytes.fromhex(handshakes_cache[0]["initiation"])
        mac1, responder = message[116:132], bytes.fromhex(handshakes_cache[0]["responder_static_public"])
        secret, nonce = named("cookie secret"), named(ident)[:24]
        cookie = p.blake2s(where, secret, 16)
        reply = struct.pack("<II", 3, 0x11223344) + nonce + p.xseal(cookie_key(responder), nonce, cookie, mac1)
        answered = message[:132] + p.blake2s(message[:132], cookie, 16)
        out.append({"id": ident, "comment": comment, "source_address": address, "source_port": port,
                    **hexed({"secret": secret, "message": message, "nonce": nonce, "cookie": cookie, "reply": reply, "message_with_mac2": answered})})
    return out


def transports():
    key, out = named("transport key"), []
    inner = bytes.fromhex("4500001c0001000040010000" + "0a0000010a000002" + "0800f7fd00010001")
    for ident, comment, counter, packet in [
            ("data-keepalive", "no packet: 32 bytes", 0, b""), ("data-keepalive-counter", "bytes of the counter in their order", 0x0102030405060708, b""),
            ("data-28-bytes", "padded to 32", 0, inner), ("data-16-bytes", "a multiple of 16 is not padded", 1, bytes(range(16))),
            ("data-17-bytes", "padded to 32", 2, bytes(range(17))), ("data-1420-bytes", "the MTU, which padding does not exceed", 3, bytes(1420)),
            ("data-1419-bytes", "padded to the MTU, which is no multiple of 16", 4, bytes(1419)),
            ("data-last-counter", "the last counter that Linux sends and takes", REJECT - 1, inner)]:
        plain = packet + bytes(min((len(packet) + 15) // 16 * 16, 1420) - len(packet))
        out.append({"id": ident, "comment": comment, "counter": str(counter), "receiver_index": 0xa1b2c3d4, "mtu": 1420,
                    **hexed({"key": key, "packet": packet, "message": struct.pack("<IIQ", 4, 0xa1b2c3d4, counter) + p.seal(key, counter, plain)})})
    return out


class Window:
    """Sets and a maximum instead of bits."""

    def __init__(self):
        self.seen, self.most = set(), None

    def takes(self, counter):
        if counter >= REJECT or counter in self.seen or (self.most is not None and counter + WINDOW < self.most):
            return False
        self.seen.add(counter)
        self.most = counter if self.most is None else max(self.most, counter)
        return True


def replays():
    rng = random.Random(1)
    walk, at = [], 10_000
    for _ in range(400):
        at = max(0, at + rng.choice((1, 1, 1, -1, 63, 64, 65, -64, 4000, -4000, 9000)))
        walk.append(at)
    out = []
    for ident, comment, counters in [
            ("replay-order", "in any order, each once", [100, 0, 99, 9, 8, 7, 7, 100]), ("replay-edge-in", "as far behind as may be", [WINDOW, 0, 0]),
            ("replay-edge-out", "one further behind", [WINDOW + 1, 0, 1]), ("replay-jump", "a jump of more than the window", [5, 100000, 5, 100000 - WINDOW, 99999 - WINDOW]),
            ("replay-small-jump", "what was seen before a small jump stays seen", [10, 8000, 10]), ("replay-words", "around words of 64 bits", [62, 63, 64, 126, 127, 128, 64, 63, 129, 191, 192, 193, 128]),
            ("replay-limit", "counters at their end", [REJECT, REJECT + 1, 2**64 - 1, 0, REJECT - 2, REJECT - 1, REJECT - 1, REJECT - 1 - WINDOW, REJECT - 2 - WINDOW]),
            ("replay-walk", "a walk to and fro", walk)]:
        window = Window()
        out.append({"id": ident, "comment": comment, "counters": [str(c) for c in counters], "accepted": [window.takes(c) for c in counters]})
    return out


def tries():
    """Operations on the table of allowed ips, and whose addresses are then; the longest prefix by trying all."""
    import ipaddress
    rng = random.Random(2)

    def run(ident, comment, operations, addresses):
        table = {}
        for operation in operations:
            net = ipaddress.ip_network(operation["prefix"], strict=False) if "prefix" in operation else None
            if operation["do"] == "insert":
                table[net] = operation["peer"]
            elif operation["do"] == "remove" and table.get(net) == operation["peer"]:
                del table[net]
            elif operation["do"] == "remove_peer":
                table = {n: owner for n, owner in table.items() if owner != operation["peer"]}
        lookups = []
        for text in addresses:
            address = ipaddress.ip_address(text)
            fits = [n for n in table if n.version == address.version and address in n]
            lookups.append({"address": text, "peer": table[max(fits, key=lambda n: n.prefixlen)] if fits else ""})
        return {"id": ident, "comment": comment, "operations": operations, "lookups": lookups}

    def insert(*pairs):
        return [{"do": "insert", "prefix": prefix, "peer": peer} for prefix, peer in pairs]

    def random_case(number, bits, version):
        low = 4 if version == 4 else 6
        base = 0x0a000000 if low == 4 else 0x20010db8 << 96
        kind = ipaddress.IPv4Address if low == 4 else ipaddress.IPv6Address
        operations = []
        for _ in range(60):
            prefix = "%s/%d" % (kind(base + rng.randrange(2**bits)), rng.randint((32 if low == 4 else 128) - bits, 32 if low == 4 else 128))
            operations.append({"do": rng.choice(("insert", "insert", "remove")), "prefix": prefix, "peer": rng.choice("abc")})
        operations.append({"do": "remove_peer", "peer": "c"})
        return run("table-random-%d" % number, "a small space, all of whose addresses are looked up", operations, [str(kind(base + i)) for i in range(2**bits)])

    a = insert(("192.168.4.0/24", "a"), ("192.168.4.4/32", "b"), ("192.168.0.0/16", "c"), ("0.0.0.0/0", "d"))
    return [
        run("table-longest", "the longest prefix wins", a, ["192.168.4.4", "192.168.4.5", "192.168.5.5", "10.0.0.1", "::1"]),
        run("table-replaced", "the same prefix for another peer replaces its owner; host bits do not matter",
            insert(("192.95.5.64/27", "a"), ("192.95.5.65/27", "b")), ["192.95.5.68", "192.95.5.96"]),
        run("table-branch", "what only branches matches nothing", insert(("10.1.0.0/30", "a"), ("10.1.0.8/29", "c")), ["10.1.0.2", "10.1.0.5", "10.1.0.9"]),
        run("table-remove", "removing one address touches no other, and only its owner removes it",
            insert(("10.0.0.0/16", "c"), ("10.0.0.2/32", "a"), ("10.0.0.3/32", "a")) +
            [{"do": "remove", "prefix": "10.0.0.2/32", "peer": "a"}, {"do": "remove", "prefix": "10.0.0.3/32", "peer": "b"}], ["10.0.0.2", "10.0.0.3", "10.0.0.4"]),
        run("table-remove-length", "removal needs the length, not the host bits",
            insert(("10.0.0.0/24", "a"), ("10.0.1.0/24", "a")) + [{"do": "remove", "prefix": "10.0.0.0/32", "peer": "a"}, {"do": "remove", "prefix": "10.0.1.77/24", "peer": "a"}],
            ["10.0.0.0", "10.0.1.0"]),
        run("table-remove-peer", "a peer goes with all that is his, nested prefixes too",
            insert(("192.168.0.0/16", "a"), ("192.168.0.0/24", "a"), ("2001:db8::/32", "a"), ("2001:db8::/48", "b")) + [{"do": "remove_peer", "peer": "a"}],
            ["192.168.0.1", "2001:db8::1", "2001:db8:1::1"]),
        run("table-default", "a default route is of its family only", insert(("0.0.0.0/0", "a")), ["1.2.3.4", "2001:db8::1"]),
        run("table-v6", "IPv6, lengths that are no multiple of 8",
            insert(("2607:5300:6000:6b00::c05f:543/128", "d"), ("2607:5300:6000:6b00::/64", "c"), ("::/0", "e"), ("2404:6800::/33", "a")),
            ["2607:5300:6000:6b00::c05f:543", "2607:5300:6000:6b00::1", "2607:5300:6000:6b01::", "2404:6800:7fff::1", "2404:6800:8000::1"]),
        random_case(1, 6, 4), random_case(2, 7, 4), random_case(3, 6, 6),
    ]


def stamps():
    return [{"id": "stamp-%d" % n, "comment": c, "unix_nanoseconds": str(ns), "tai64n": tai64n(ns).hex()} for n, (ns, c) in enumerate((
        (0, "the beginning"), (1_700_000_000_000_000_000, "a whole second"), (1_700_000_000_123_456_789, "24 bits of the nanoseconds are zero"),
        (1_700_000_000_016_777_215, "just below the grain"), (1_700_000_000_016_777_216, "the grain"), (1_700_000_000_999_999_999, "the end of a second"),
        (5_000_000_000_000_000_000, "after 2106")), 1)]


def shapes():
    """What a receiver looks at first. `type`: 0 is "no message: ignored"."""
    out = []
    for kind, length in ((1, 148), (2, 92), (3, 64)):
        for size in (length - 1, length, length + 1):
            out.append(("type %d of %d bytes" % (kind, size), bytes([kind]) + bytes(size - 1), kind if size == length else 0))
    for size in (16, 31, 32, 33, 48, 1452, 65507):
        out.append(("type 4 of %d bytes" % size, b"\4" + bytes(size - 1), 4 if size >= 32 else 0))
    for byte in (1, 2, 3):
        out.append(("reserved byte %d is not zero" % byte, b"\1" + bytes(byte - 1) + b"\1" + bytes(147 - byte), 0))
    out += [("type %d of 148 bytes" % kind, bytes([kind]) + bytes(147), 0) for kind in (0, 5, 255)]
    out += [("%d bytes" % size, bytes([1] * size), 0) for size in range(4)]
    return [{"id": "shape-%d" % n, "comment": c, "message": m.hex() if len(m) < 2000 else "", "zeros_after_type": 0 if len(m) < 2000 else len(m) - 1,
             "type": t} for n, (c, m, t) in enumerate(out, 1)]


def paddings():
    out = []
    for n, (size, mtu) in enumerate([(s, 1420) for s in (0, 1, 15, 16, 17, 28, 84, 1404, 1405, 1419, 1420)] + [(10, 0), (1310, 1300), (1300, 1300), (2610, 1300)], 1):
        unit = size % mtu if mtu and size > mtu else size
        padded = (unit + 15) // 16 * 16
        out.append({"id": "padding-%d" % n, "comment": "an MTU of 0 is none; a longer packet is padded by its length modulo the MTU", "length": size, "mtu": mtu,
                    "padding": (min(padded, mtu) if mtu else padded) - unit})
    return out


def congestion():
    """RFC 6040 as Linux does it: CE over ECT is CE, ECT(1) over ECT(0) is ECT(1); outgoing CE becomes ECT(0)."""
    out = [{"id": "ecn-out-%d" % inner, "comment": "from the inner to the outer header", "inner": inner, "outer": 2 if inner == 3 else inner} for inner in range(4)]
    for inner in range(4):
        for outer in range(4):
            marked = inner != 0 and (outer == 3 or (outer == 1 and inner == 2))
            out.append({"id": "ecn-in-%d-%d" % (inner, outer), "comment": "from the outer to the inner header", "inner": inner, "outer": outer,
                        "delivered": outer if marked else inner})
    return out


def low_order():
    scalar = named("any scalar")
    for point in LOW_ORDER:
        assert p.x25519(scalar, bytes.fromhex(point)) == bytes(32)
    return [{"id": "low-order-%d" % n, "comment": "with any private key the secret is zero: refused", "point": point} for n, point in enumerate(LOW_ORDER, 1)]


def timers():
    """What happens to a peer, in milliseconds, and what it then sends by itself. `session`: who began the one that is there at 0."""
    def case(ident, comment, session, events, until, sends, keepalive=0):
        return {"id": ident, "comment": comment, "session": session, "persistent_keepalive": keepalive, "events": events, "until_ms": until, "sends": sends}

    def sent(message, least, most):
        return {"message": message, "from_ms": least, "to_ms": most}

    packet, data, keepalive = ({"what": what} for what in ("packet to send", "data comes", "keepalive comes"))
    at = lambda ms, event: {"at_ms": ms, **event}
    retries = [sent("initiation", 5000 * i, 5334 * i) for i in range(20)]
    return [
        case("timer-retry", "an initiation is repeated after 5 s and up to a third of a second", "none", [at(0, packet)], 16500, retries[:4]),
        case("timer-give-up", "twenty initiations, then silence", "none", [at(0, packet)], 160000, retries),
        case("timer-keepalive", "data that is not answered is answered after 10 s", "peer", [at(0, data)], 25000, [sent("keepalive", 10000, 10000)]),
        case("timer-keepalive-first", "10 s from the first data", "peer", [at(0, data), at(4000, data), at(8000, data)], 12000, [sent("keepalive", 10000, 10000)]),
        case("timer-keepalive-cancelled", "what is sent is an answer", "peer", [at(0, data), at(5000, packet)], 14000, [sent("data", 5000, 5000)]),
        case("timer-no-answer-to-keepalives", "keepalives are not answered", "peer", [at(0, keepalive), at(3000, keepalive)], 30000, []),
        case("timer-new-handshake", "nothing comes for 15 s after data was sent", "peer", [at(6000, packet)], 22000,
             [sent("data", 6000, 6000), sent("initiation", 21000, 21334)]),
        case("timer-new-handshake-cancelled", "anything authenticated is an answer", "peer", [at(6000, packet), at(18000, keepalive)], 32000, [sent("data", 6000, 6000)]),
        case("timer-persistent", "every interval, from the last packet in either direction", "peer", [at(5000, keepalive)], 16000,
             [sent("keepalive", 0, 0), sent("keepalive", 3000, 3000), sent("keepalive", 8000, 8000), sent("keepalive", 11000, 11000), sent("keepalive", 14000, 14000)], 3),
        case("timer-rekey-by-sending", "the initiator renews when it sends under a key of 120 s", "own", [at(1000, keepalive), at(119000, packet), at(119500, keepalive), at(121000, packet)],
             122000, [sent("data", 119000, 119000), sent("data", 121000, 121000), sent("initiation", 121000, 121000)]),
        case("timer-no-rekey-by-responder", "the responder does not", "peer", [at(121000, packet), at(121500, keepalive)], 130000, [sent("data", 121000, 121000)]),
        case("timer-rekey-by-receiving", "the initiator that only receives renews under a key of 165 s", "own",
             [at(1000, keepalive), at(164000, keepalive), at(166000, keepalive)], 167000, [sent("initiation", 166000, 166000)]),
        case("timer-dead-key", "nobody sends under a key of 180 s", "peer", [at(181000, packet)], 182000, [sent("initiation", 181000, 181000)]),
    ]


handshakes_cache = handshakes()
FILES = {"handshakes": lambda: handshakes_cache, "kdf": kdfs, "cookies": cookies, "transport": transports, "replay": replays, "allowed_ips": tries, "timestamps": stamps,
         "messages": shapes, "padding": paddings, "congestion": congestion, "low_order_points": low_order, "timers": timers}


def main(folder):
    for name, make in FILES.items():
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as out:
            json.dump({"vectors": make()}, out, indent=1)
            out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
