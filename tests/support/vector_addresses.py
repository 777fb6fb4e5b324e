"""Vectors of radio codes, and of addresses that are sealed until they are released."""

import json

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import OperationId, TeamId, VisitId
from fieldops.domain.radio_code import ALPHABET, code_from, grouped, read_code, spoken
from fieldops.domain.strict_json import write_line
from fieldops.store.address_seal import Place, seal_address, team_code, team_key
from fieldops.sync import keys

SECRETS = (bytes(32), bytes(range(32)), b"\xff" * 32, bytes.fromhex("9f" * 16 + "31" * 16))


def radio_codes() -> object:
    """Codes of secrets, and what becomes of what was typed."""
    made = [code_from(one) for one in SECRETS]
    whole = made[1]
    typed = [
        *made,
        grouped(whole).lower(),
        " ".join(grouped(made[3]).split("-")),
        made[0].replace("0", "O"),
        made[0].replace("0", "o"),
        *(_changed(whole, place) for place in range(len(whole))),
        *(_swapped(whole, place) for place in range(len(whole) - 1) if whole[place] != whole[place + 1]),
        whole[:-1],
        whole + "0",
        "",
        "U" * 11,
        whole[:5] + "*" + whole[6:],
        whole[:5] + "\u00c9" + whole[6:],
    ]
    return {
        "about": "'made': the code of a secret's first 50 bits, as it is grouped and spoken. 'typed': the "
        "code that was meant, or why it is none.",
        "made": [
            {"secret": secret.hex(), "code": code, "grouped": grouped(code), "spoken": spoken(code)}
            for secret, code in zip(SECRETS, made, strict=True)
        ],
        "typed": [{"typed": one, "is": _read(one)} for one in typed],
    }


def held_addresses() -> object:
    """Sealed addresses of two teams of one strike, with their keys and codes."""
    secret = SECRETS[3]
    cases = []
    for team, visit, address in (
        ("tttttttttttttttt", "vvvvvvvvvvvvvvvv", "Unit 3, Osprey Mill, Marlowick"),
        ("uuuuuuuuuuuuuuuu", "wwwwwwwwwwwwwwww", "Einheit 4, Häuserreihe " * 40),
    ):
        place = Place(operation=OperationId("oooooooooooooooo"), group="G1", edition=2, team=TeamId(team))
        premises = {"code": "P03", "name": "Example Stitching", "address": address, "languages": ["gu"]}
        sealed = seal_address(secret, place, VisitId(visit), write_line(premises))
        cases.append(
            {
                "operation": place.operation,
                "visit": visit,
                "team": team,
                "held": {"strike": place.group, "edition": place.edition, **sealed},
                "premises": premises,
                "key": keys.encode(team_key(secret, place)),
                "code": team_code(secret, place),
            }
        )
    return {
        "about": "The sealed part of a visit's paper: opened with 'key' (AES-256-GCM, filled up by blanks), "
        "or with 'code' (Argon2id, then AES key wrap), it is 'premises'. No case opens with the key or code "
        "of another.",
        "cases": json.loads(json.dumps(cases)),
    }


def _read(typed: str) -> str:
    try:
        return read_code(typed)
    except Refusal as refusal:
        return refusal.code


def _changed(code: str, place: int) -> str:
    other = ALPHABET[(ALPHABET.index(code[place]) + 7) % len(ALPHABET)]
    return code[:place] + other + code[place + 1 :]


def _swapped(code: str, place: int) -> str:
    return code[:place] + code[place + 1] + code[place] + code[place + 2 :]
