# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The primitives against the answers of their RFCs; and the files here are what the program makes."""

import glob
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import primitives as p  # noqa: E402

SUNSCREEN = (b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.")


class Primitives(unittest.TestCase):
    def test_x25519_of_rfc_7748(self):
        scalar = bytes.fromhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")
        point = bytes.fromhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")
        self.assertEqual(p.x25519(scalar, point).hex(), "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")

    def test_chacha20_poly1305_of_rfc_8439(self):
        key, nonce = bytes(range(0x80, 0xa0)), bytes.fromhex("070000004041424344454647")
        sealed = p.seal_with_nonce(key, nonce, SUNSCREEN, bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))
        self.assertEqual(sealed[:16].hex(), "d31a8d34648e60db7b86afbc53ef7ec2")
        self.assertEqual(sealed[-16:].hex(), "1ae10b594f09e26a7e902ecbd0600691")

    def test_xchacha20_poly1305_of_its_draft(self):
        key, nonce = bytes(range(0x80, 0xa0)), bytes(range(0x40, 0x58))
        sealed = p.xseal(key, nonce, SUNSCREEN, bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))
        self.assertEqual(sealed[:16].hex(), "bd6d179d3e83d43b9576579493c0e939")
        self.assertEqual(sealed[-16:].hex(), "c0875924c1c7987947deafd8780acf49")


class Files(unittest.TestCase):
    def test_the_program_makes_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, os.path.join(HERE, "make_vectors.py"), folder], check=True)
            made = sorted(os.listdir(folder))
            self.assertEqual(made, sorted(os.path.basename(file) for file in glob.glob(os.path.join(HERE, "*.json"))))
            for name in made:
                with open(os.path.join(folder, name), "rb") as new, open(os.path.join(HERE, name), "rb") as old:
                    self.assertEqual(new.read(), old.read(), name)


if __name__ == "__main__":
    unittest.main()
