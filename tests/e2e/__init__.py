# Name of the response header in which tests/e2e/telling.py lists the templates rendered for the response.
TOLD_BY = "X-Templates"
