"""Runs Loge as a cluster of simulated machines on one computer, and kills the primary database again and again.

The configuration is that of docs/operations/cluster. `python -m tests.nightly.cluster --kills 50` starts three nodes of
PostgreSQL under Patroni with etcd, and two web machines with HAProxy, PgBouncer and three web processes each, behind
nginx. Each machine has a loopback address of its own.
"""
