"""PDF: `paper.typ` is the layout of every document, `draw.py` the process that renders it."""
