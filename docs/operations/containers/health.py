"""Health check of a web container: succeeds if the process is ready (/sante)."""

import os
import sys
from http.client import HTTPConnection

connection = HTTPConnection("127.0.0.1", 8000, timeout=5)
# The request has a host name from LOGE_HOSTS, because Django refuses all other host names.
# The request has the header X-Forwarded-Proto, because Django redirects requests without HTTPS.
site = os.environ["LOGE_HOSTS"].split(",")[0]
connection.request("GET", "/sante", headers={"Host": site, "X-Forwarded-Proto": "https"})
sys.exit(connection.getresponse().status != 200)
