"""Renders PDF documents: `document.py` builds a document, `draw.py` renders it in a separate process, `paper.typ` is
the layout."""
