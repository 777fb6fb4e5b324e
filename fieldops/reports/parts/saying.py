"""Sentences and tables around figures, which fall away when what they would tell may not be told."""

from collections.abc import Iterable, Sequence

from fieldops.reports.figures import Bars, Cell, Figure, Given, Piece, Section, Table

_SAYABLE = (Given.EXACT, Given.SMALL)


def say(sentence: str, *figures: Figure | None) -> tuple[str, ...]:
    """The sentence with each `{}` filled, or nothing where one of the figures has no number to say."""
    told = [figure for figure in figures if figure is not None and figure.given in _SAYABLE]
    if len(told) < len(figures):
        return ()
    return (sentence.format(*(figure.said for figure in told)),)


def chosen(figures: Sequence[Figure]) -> list[Figure]:
    """Most first, without the values nobody chose; where a class is withheld, one line in place of all.

    The order follows what is printed, never a masked count: those stand last, by their words.
    """
    if figures and figures[0].given is Given.WITHHELD:
        return list(figures[:1])
    told = [figure for figure in figures if figure.value != 0]
    return sorted(told, key=lambda figure: (-(figure.number or 0), figure.label))


def bars(key: str, title: str, found: Iterable[Figure | None], note: str = "") -> tuple[Piece, ...]:
    """A bar chart of the figures that may be told of; none, if there are none."""
    held = tuple(figure for figure in found if figure is not None)
    if not held:
        return ()
    if all(figure.given is Given.WITHHELD for figure in held):
        return list_of(key, title, held[:1])
    return (Bars(key=key, title=title, bars=held, note=note),)


def list_of(key: str, title: str, found: Iterable[Figure | None], note: str = "") -> tuple[Piece, ...]:
    """A table of two columns, words and number."""
    rows = tuple((figure.label, figure) for figure in found if figure is not None)
    if not rows:
        return ()
    in_words = any(figure.given is Given.WITHHELD for _, figure in rows)
    widths = (46, 36) if in_words else (56, 22)
    return (Table(key=key, title=title, columns=(), rows=rows, widths=widths, note=note),)


def grid(
    key: str,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell | None]],
    note: str = "",
) -> tuple[Piece, ...]:
    """A table of named columns with their widths; a row with a figure that may not be told falls away."""
    kept = tuple(tuple(cell for cell in row if cell is not None) for row in rows if None not in row)
    if not kept:
        return ()
    names, widths = tuple(name for name, _ in columns), tuple(width for _, width in columns)
    return (Table(key=key, title=title, columns=names, rows=kept, widths=widths, note=note),)


def section(
    key: str,
    title: str,
    sentences: Sequence[str] = (),
    pieces: Sequence[Piece] = (),
    notes: Sequence[str] = (),
) -> Section | None:
    """A section, unless nothing of it may be told."""
    if not sentences and not pieces:
        return None
    return Section(key=key, title=title, sentences=tuple(sentences), pieces=tuple(pieces), notes=tuple(notes))
