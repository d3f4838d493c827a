TOLD_BY = "X-Templates"  # the response header in which tests/stories/telling.py lists the templates rendered
