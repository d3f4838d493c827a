"""Health check of a web container: succeeds if the process is ready (/sante)."""

import os
import sys
from http.client import HTTPConnection

connection = HTTPConnection("127.0.0.1", 8000, timeout=5)
# Django refuses other host names than those of LOGE_HOSTS, and redirects requests that did not arrive over HTTPS.
site = os.environ["LOGE_HOSTS"].split(",")[0]
connection.request("GET", "/sante", headers={"Host": site, "X-Forwarded-Proto": "https"})
sys.exit(connection.getresponse().status != 200)
