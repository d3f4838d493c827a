"""What is asked on the pages that cross steps."""
