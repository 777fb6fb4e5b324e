"""A network that breaks after so many bytes have gone up, whatever they are."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

PIECE = 4096


class CuttingProxy:
    """Listens on a port of its own; every connection goes to `upstream`, which may change.

    `cuts` are the numbers of bytes, over all connections, after which one is cut, the smallest first.
    """

    def __init__(self, upstream: int, cuts: Iterator[int]) -> None:
        """Begin to listen."""
        self.upstream, self.cuts = upstream, cuts
        self.next = next(cuts, None)
        self.carried = self.met = 0
        self.turn = threading.Lock()
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
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with suppress(OSError), closing(client):
            server = socket.create_connection(("127.0.0.1", self.upstream), timeout=30)
            with closing(server):
                threading.Thread(target=self._down, args=(server, client), daemon=True).start()
                while piece := client.recv(PIECE):
                    if not self._up(server, piece):
                        break
                for one in (server, client):
                    one.shutdown(socket.SHUT_RDWR)

    def _up(self, server: socket.socket, piece: bytes) -> bool:
        """Carry a piece up, or what of it goes before the next cut; says whether the connection stays."""
        with self.turn:
            room = len(piece) if self.next is None else self.next - self.carried
            part = piece[:room]
            self.carried += len(part)
            cut = len(part) < len(piece)
            if cut:
                self.next, self.met = next(self.cuts, None), self.met + 1
        server.sendall(part)
        return not cut

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while piece := server.recv(PIECE):
                client.sendall(piece)
            client.shutdown(socket.SHUT_RDWR)
