"""Renders PDF documents: `document.py` builds them, `draw.py` is the process that renders them, `paper.typ` the
layout.
"""
