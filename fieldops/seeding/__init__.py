"""Loads an operation from a file and, when asked, enacts what the file says will happen at its visits."""
