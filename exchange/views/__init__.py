"""The pages that import files, and those that show the imports in the background."""
