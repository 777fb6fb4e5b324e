"""Vectors of the tree: roots, proofs that hold, and what is no proof."""

import hashlib

from fieldops.domain.tree import consistency_proof, inclusion_proof, leaf_hash, root_of

# The leaves that implementations of RFC 6962 are tried with, and more so that no size up to 33 is left out.
LEAVES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    *(f"leaf {n}".encode() for n in range(9, 34)),
]
SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33)


def trees() -> object:
    """The file's content."""
    hashes = [leaf_hash(leaf) for leaf in LEAVES]
    inclusion = [
        {"size": size, "index": index, "proof": _hex(inclusion_proof(hashes[:size], index))}
        for size in SIZES
        for index in sorted({0, size // 2, size - 1})
    ]
    consistency = [
        {"old": old, "new": new, "proof": _hex(consistency_proof(hashes[:new], old))}
        for new in SIZES
        for old in sorted({0, 1, new // 2, new - 1, new})
    ]
    return {
        "about": (
            "RFC 6962 over 'leaves' (hex). 'roots': the root of the first n leaves, from n = 0."
            " 'inclusion': a proof that leaf 'index' is among the first 'size'. 'consistency': a proof that"
            " the first 'new' begin with the first 'old'. Each proof holds; with one byte changed, one hash"
            " left out or one added, with another root or another leaf, none does."
        ),
        "leaves": _hex(LEAVES),
        "roots": _hex([root_of(hashes[:size]) for size in range(len(hashes) + 1)]),
        "inclusion": inclusion,
        "consistency": consistency,
        "stranger": hashlib.sha256(b"no node of this tree").hexdigest(),
    }


def _hex(several: list[bytes]) -> list[str]:
    return [one.hex() for one in several]
