"""Whatever bytes come, each decoder reads them or refuses them in its one way. The long form is driven by
coverage: `python -m tests.hostile.fuzz`."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.decoders import DECODERS, Decoder, attempt

EXAMPLES = int(os.environ.get("FIELDOPS_DECODER_EXAMPLES", "150"))
PIECES = (
    *(b"{", b"}", b"[", b"]", b'"', b"=", b"\n", b"\r\n", b"\x00", b"\xff", b"\xc2\x85", b"\xe2\x80\xae"),
    *(b"\\u0000", b"\\ud800", b"1e999", b"-0", b"NaN", b"null", b"true", b'"v":1,'),
    *(b"9" * 40, b"{}" * 40, b"[" * 40, b"A" * 90),
)


@st.composite
def altered(draw: st.DrawFn, decoder: Decoder) -> bytes:
    """Good bytes, in some places of which something else stands."""
    data = draw(st.sampled_from(decoder.seeds))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.integers(0, 12))
        put = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=6), st.just(data[:at][-40:])))
        data = data[:at] + put + data[at + gone :]
    return data


@pytest.mark.parametrize("name", DECODERS)
def test_bytes_that_are_altered_are_read_or_refused(name: str) -> None:
    decoder = DECODERS[name]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(altered(decoder), st.binary(max_size=200)))
    def tried(data: bytes) -> None:
        attempt(decoder, data)

    tried()


@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder_reads_what_is_good(name: str) -> None:
    decoder = DECODERS[name]
    assert decoder.seeds
    assert any(attempt(decoder, seed) for seed in decoder.seeds) or name == "evidence bundle"
