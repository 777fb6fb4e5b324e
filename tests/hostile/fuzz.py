"""Feeds a decoder with bytes for as long as is asked, led by what of our code they reach (atheris).

pip install "atheris<3.1" first; it is in no lock, for it is 35 MB and for Linux alone. Then

python -m tests.hostile.fuzz DECODER [-runs=200000] [-max_total_time=60] [more of libFuzzer's own options]
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["fieldops"]):
    from tests.hostile.decoders import DECODERS, attempt


def main(words: list[str]) -> None:
    """Runs one decoder; libFuzzer ends the process, with a trace where something else than a refusal came."""
    if len(words) < 2 or words[1] not in DECODERS:
        sys.exit(f"{__doc__}\nDecoders: {', '.join(DECODERS)}")
    decoder = DECODERS[words[1]]
    with TemporaryDirectory() as corpus:
        for number, good in enumerate(decoder.seeds):
            (Path(corpus) / str(number)).write_bytes(good)

        def fed(data: bytes) -> None:
            attempt(decoder, data)

        atheris.Setup([words[0], corpus, *words[2:]], fed)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
