"""Carries a multi-agency labour-exploitation operation from order to debrief."""

__version__ = "0.1.0"
