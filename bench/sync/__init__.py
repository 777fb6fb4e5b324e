"""How fast entries go up and down: over HTTP on loopback, with a commit for each batch."""
