"""The printed page: reportlab is known in this room alone, and it is handed nothing but finished facts."""
