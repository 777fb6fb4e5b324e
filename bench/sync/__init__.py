"""How fast entries go up and down: over HTTP on loopback, against a server process that commits each batch."""
