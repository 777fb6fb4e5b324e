"""How heavy and how quick the tablet app is, in a real Chromium at three speeds."""
