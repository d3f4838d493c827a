"""Housing applications read from files: the XML of the national register, and a CSV file of our own. Start with
`reader.py`."""
