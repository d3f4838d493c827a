"""Imports housing applications from two kinds of file: the national register's XML, and Loge's own CSV format. The
entry point is `reader.py`."""
