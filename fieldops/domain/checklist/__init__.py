"""The checklist: what is asked, of whom, and what an answer means. Questions are data, never code."""
