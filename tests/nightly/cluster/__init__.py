"""Runs Loge on several machines, all on this one's loopback addresses, and kills the primary database again and again.

The configuration is that of docs/operations/cluster. `python -m tests.nightly.cluster --kills 50` starts three nodes
of PostgreSQL under Patroni with etcd, and two web machines with HAProxy, PgBouncer and the three web processes behind
nginx.
"""
