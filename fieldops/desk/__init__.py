"""The desk: pages for leads, partners and reviewers, drawn by the server and whole without JavaScript.

What a page says is put together by pure functions (`*_sheet.py`); what a reader may see was decided before.
"""
