"""Imports of large files in the background (decision 0071): the stored files, the progress, the process that runs
them."""
