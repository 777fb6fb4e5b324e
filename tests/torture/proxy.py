"""A network between tablets and the server that cuts connections: in mid-question, in mid-answer, or just
before it. What becomes of each connection is drawn from a seed, in the order in which they are accepted."""

import socket
import threading
from collections import Counter
from contextlib import closing, suppress
from enum import StrEnum
from random import Random

PIECE = 4096


class Fate(StrEnum):
    """What becomes of one connection."""

    WHOLE = "whole"
    QUESTION_CUT = "question cut"
    ANSWER_LOST = "answer lost"
    ANSWER_CUT = "answer cut"


class FaultProxy:
    """Listens on a port of its own; every connection goes to `upstream`."""

    def __init__(self, upstream: int, seed: int) -> None:
        """Begin to listen."""
        self.upstream = upstream
        self.rng = Random(seed)
        self.met: Counter[Fate] = Counter()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                fate = self.rng.choices(list(Fate), [70, 8, 14, 8])[0]
                self.met[fate] += 1
                cut = self.rng.randrange(1, 2000)
                threading.Thread(target=self._carry, args=(client, fate, cut), daemon=True).start()

    def _carry(self, client: socket.socket, fate: Fate, cut: int) -> None:
        with suppress(OSError), closing(client):
            server = socket.create_connection(("127.0.0.1", self.upstream), timeout=30)
            with closing(server):
                up = cut if fate is Fate.QUESTION_CUT else None
                asking = threading.Thread(target=_pump, args=(client, server, up), daemon=True)
                asking.start()
                down = {Fate.ANSWER_LOST: 0, Fate.ANSWER_CUT: cut % 200}.get(fate)
                _pump(server, client, down)
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
                asking.join()


def _pump(source: socket.socket, sink: socket.socket, most: int | None) -> None:
    """Carry bytes until the source ends, or `most` of them are through: then both ends are cut."""
    with suppress(OSError):
        carried = 0
        while piece := source.recv(PIECE):
            part = piece if most is None else piece[: most - carried]
            sink.sendall(part)
            carried += len(part)
            if most is not None and carried >= most:
                break
        if most is not None:
            source.shutdown(socket.SHUT_RDWR)
        sink.shutdown(socket.SHUT_RDWR if most is not None else socket.SHUT_WR)
