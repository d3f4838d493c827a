TOLD_BY = "X-Templates"  # the header in which tests/stories/telling.py names what an answer was made of
