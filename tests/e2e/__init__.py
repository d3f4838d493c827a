TOLD_BY = "X-Templates"  # name of the response header in which tests/e2e/telling.py lists the rendered templates
