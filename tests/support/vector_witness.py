"""Vectors of witnesses: checkpoints shown to somebody who kept earlier ones, and what they say of them."""

from dataclasses import replace

from fieldops.domain.checkpoint import (
    Checkpoint,
    Restored,
    note_text,
    signed_note,
    verifier_key,
    vouched_bytes,
)
from fieldops.domain.ids import OperationId
from fieldops.domain.tree import consistency_proof, leaf_hash, root_of
from fieldops.evidence.checkpoints import checkpoint_key
from fieldops.sync import keys
from fieldops.sync.enrol import server_key

SEED, OTHER_SEED = bytes(range(32)), bytes(range(1, 33))
OPERATION = OperationId("witnessedaaaaaaa")
FIRST, SECOND, THIRD = "firstepochaaaaaa", "secondepochaaaaa", "thirdepochaaaaaa"
HONEST = [leaf_hash(f"receipt {n}".encode()) for n in range(12)]
REWRITTEN = [*HONEST[:2], leaf_hash(b"another"), *HONEST[3:]]
AFTER_RESTORE = [*HONEST[:5], *(leaf_hash(f"again {n}".encode()) for n in range(8))]


def _made(leaves: list[bytes], size: int, epoch: str = FIRST, *restored: tuple[str, int]) -> Checkpoint:
    ended = tuple(Restored(epoch=one, size=stood, root=root_of(leaves[:stood])) for one, stood in restored)
    root = root_of(leaves[:size])
    return Checkpoint(operation=OPERATION, size=size, root=root, epoch=epoch, restored=ended)


def _note(made: Checkpoint, seed: bytes = SEED) -> str:
    key = checkpoint_key(seed)
    return signed_note(made, key.public_key().public_bytes_raw(), key.sign(note_text(made))).decode()


def _shown(made: Checkpoint, seed: bytes = SEED) -> dict[str, object]:
    key = verifier_key(OPERATION, checkpoint_key(SEED).public_key().public_bytes_raw())
    note = _note(made, seed)
    vouched = keys.sign(server_key(seed), vouched_bytes(key, note), repeatable=True)
    return {"note": note, "key": key, "vouched": keys.encode(vouched)}


def _case(
    about: str, kept: list[Checkpoint], shown: tuple[Checkpoint, list[bytes]], said: tuple[str, int, int]
) -> dict[str, object]:
    """`said`: the verdict, the size from which the proof is asked, and how many receipts a restore lost."""
    (made, leaves), (verdict, base, lost) = shown, said
    proof = consistency_proof(leaves[: made.size], base) if base <= made.size else []
    return {
        "about": about,
        "kept": [_note(one) for one in kept],
        **_shown(made),
        "proof": [one.hex() for one in proof],
        "verdict": verdict,
        "base": base,
        "lost": lost,
    }


def witnesses() -> object:
    """The file's content."""
    a3, a5, a8, a12 = (_made(HONEST, size) for size in (3, 5, 8, 12))
    restored = _made(AFTER_RESTORE, 9, SECOND, (FIRST, 5))
    twice = _made(AFTER_RESTORE, 13, THIRD, (FIRST, 5), (SECOND, 9))
    lower = _made(AFTER_RESTORE, 13, THIRD, (FIRST, 5), (SECOND, 3))
    covered = replace(_made(REWRITTEN, 9, SECOND), restored=restored.restored)
    cases = [
        _case("nothing was kept", [], (a8, HONEST), ("extends", 0, 0)),
        _case("it grew", [a3, a8], (a12, HONEST), ("extends", 8, 0)),
        _case("the same again", [a8], (a8, HONEST), ("extends", 8, 0)),
        _case("the past was changed", [a3, a8], (_made(REWRITTEN, 12), REWRITTEN), ("rewritten", 8, 0)),
        _case("changed at the same size", [a8], (_made(REWRITTEN, 8), REWRITTEN), ("rewritten", 8, 0)),
        _case("receipts were taken away", [a8], (a5, HONEST), ("shortened", 8, 0)),
        _case("restored, and it lost three", [a3, a5, a8], (restored, AFTER_RESTORE), ("restored", 5, 3)),
        _case("restored, and nothing of ours is lost", [a3], (restored, AFTER_RESTORE), ("restored", 3, 0)),
        _case("restored, and all that was kept is lost", [a8], (restored, AFTER_RESTORE), ("restored", 0, 3)),
        _case("restored twice since", [a3, a5, a8], (twice, AFTER_RESTORE), ("restored", 5, 3)),
        _case(
            "restored twice, the second time further",
            [a3, a5, a8],
            (lower, AFTER_RESTORE),
            ("restored", 3, 5),
        ),
        _case(
            "a restore as a cover for another past", [a3, a5, a8], (covered, REWRITTEN), ("rewritten", 5, 3)
        ),
        _case(
            "another epoch that follows on nothing",
            [a8],
            (_made(HONEST, 12, SECOND), HONEST),
            ("rewritten", 8, 0),
        ),
    ]
    return {
        "about": (
            "'kept': the notes that a witness holds, the newest last. A checkpoint is shown with its key,"
            " vouched for by 'server_key', and 'proof' that it extends the first 'base' leaves, the size that"
            " they ask about; 'verdict' is what they say, 'lost' how many receipts a restore cost. 'forged':"
            " none of these is believed."
        ),
        "server_key": keys.encode(keys.public_point(server_key(SEED))),
        "cases": cases,
        "forged": [
            _shown(a8, OTHER_SEED),
            _shown(a8) | {"note": _note(a5)},
            _shown(a8) | {"key": _spoilt_key()},
        ],
    }


def _spoilt_key() -> str:
    return verifier_key(OPERATION, checkpoint_key(OTHER_SEED).public_key().public_bytes_raw())
