"""Health check of a web container: succeeds if the process is ready (/sante)."""

import os
import sys
from http.client import HTTPConnection

connection = HTTPConnection("127.0.0.1", 8000, timeout=5)
# Without a host name of LOGE_HOSTS, Django refuses the request. Without the HTTPS header, Django redirects it.
site = os.environ["LOGE_HOSTS"].split(",")[0]
connection.request("GET", "/sante", headers={"Host": site, "X-Forwarded-Proto": "https"})
sys.exit(connection.getresponse().status != 200)
