TOLD_BY = "X-Templates"  # the response header in which tests/e2e/telling.py lists the templates rendered
