"""Recovers the cluster to an earlier moment with pgBackRest, as docs/operations/cluster.md says.

The recovery restores access that was revoked, and data that was hidden or deleted, after that moment. The command
`after_restore` must revoke, hide and delete them again.
"""

import shutil
import time
from dataclasses import dataclass

from tests.nightly.cluster.assembled import Cluster
from tests.nightly.cluster.machines import KINDS, Node, until

FORGETTABLE = "SELECT whose::text FROM audit_pseudonym ORDER BY whose LIMIT 1"
# Revocation -> query that returns 1 while the revocation is in force, and 0 if the recovery has undone it.
DONE = {
    "forgotten": "SELECT 1 - count(*) FROM audit_pseudonym WHERE whose = '{whose}'",
    "ended": "SELECT count(*) FROM access_assignment WHERE end_reason = 'end_of_post'",
    "walled": "SELECT count(*) FROM tenants_conflictwall WHERE ended_on IS NULL",
    "discreet": "SELECT count(*) FROM tenants_discreetmark WHERE last_day >= loge_today()",
}
SEALED = "SELECT (SELECT count(*) FROM audit_event) - (SELECT count(*) FROM audit_leaf)"


@dataclass(frozen=True)
class Recovery:
    """The result of a recovery: how long it took, and which revocations were in force before the recovery, right after
    it, and after the command `after_restore`."""

    minutes: float
    before: dict[str, int]
    brought_back: dict[str, int]
    again: dict[str, int]
    sessions: int

    @property
    def passed(self) -> bool:
        """Whether the recovery undid all revocations, `after_restore` made them again, and no session is left.

        If the recovery had undone no revocation, the test would prove nothing.
        """
        stands, gone = dict.fromkeys(DONE, 1), dict.fromkeys(DONE, 0)
        return (self.before, self.brought_back, self.again, self.sessions) == (stands, gone, stands, 0)


def recover(cluster: Cluster) -> Recovery:
    """Make a full backup, then revoke access and hide data, and recover to the moment before the revocations."""
    until(cluster.is_whole, 120, "a cluster with all its nodes")
    until(lambda: cluster.ask(SEALED) == [(0,)], 60, "a leaf for each event")
    cluster.primary().archive("backup", "--type=full")
    # pgBackRest compares whole seconds, and refuses a moment in the second in which the backup ended.
    time.sleep(2)
    moment = cluster.ask("SELECT clock_timestamp()::text")[0][0]
    time.sleep(2)
    whose = cluster.ask(FORGETTABLE)[0][0]
    cluster.run("-m", "tests.nightly.cluster.landlord", "withdraw")
    cluster.manage("forget_pseudonym", whose)
    until(lambda: cluster.ask(SEALED) == [(0,)], 60, "a leaf for each event")
    checkpoint = cluster.network.folder / "outside" / "checkpoint"
    checkpoint.write_bytes(bytes(cluster.ask("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1")[0][0]))
    before = count(cluster, whose)
    start = time.monotonic()
    go_back(cluster, moment)
    brought_back = count(cluster, whose)
    cluster.manage("after_restore")
    sessions = cluster.ask("SELECT count(*) FROM access_session")[0][0]
    cluster.manage("expire_notes")
    cluster.manage("prune_trace", "--apply")
    cluster.manage("check_trace", "--kept", str(checkpoint), code=1)
    for web in cluster.webs.values():
        for kind in KINDS:
            web.start_web(kind)
    until(cluster.is_served, 120, "an answer of each web process")
    minutes = (time.monotonic() - start) / 60
    cluster.primary().archive("backup", "--type=full")
    return Recovery(minutes, before, brought_back, count(cluster, whose), sessions)


def count(cluster: Cluster, whose: str) -> dict[str, int]:
    return {name: cluster.ask(question.format(whose=whose))[0][0] for name, question in DONE.items()}


def go_back(cluster: Cluster, moment: str) -> None:
    """Stop the web processes and Patroni, recover one node to `moment`, and let the two others copy this node."""
    for web in cluster.webs.values():
        for name in [*KINDS, "sealer"]:
            if process := web.processes.pop(name, None):
                process.terminate()
                process.wait(60)
    cluster.ask("SELECT pg_switch_wal()")
    time.sleep(5)
    for node in cluster.nodes.values():
        node.stop_patroni()
    forget_state(cluster)
    first, *others = cluster.nodes.values()
    first.archive("restore", "--delta", "--type=time", f"--target={moment}", "--target-action=promote")
    replay(first)
    first.start_patroni()
    until(cluster.is_reached, 60, "HAProxy finds the recovered node")
    for node in others:
        shutil.rmtree(node.data)
        node.start_patroni()
    until(cluster.is_whole, 180, "two standbys copied from the recovered node")


def forget_state(cluster: Cluster) -> None:
    """Delete the state of the nodes from etcd, but keep the configuration of the cluster."""
    node = cluster.nodes["db1"]
    endpoint = f"--endpoints=http://{cluster.network.address('db1')}:2379"
    for key in ("initialize", "leader", "sync", "status", "failover", "history", "members/"):
        node.run("etcdctl", endpoint, "del", "--prefix", f"/service/loge/{key}")


def replay(node: Node) -> None:
    """Start PostgreSQL without Patroni, wait until it has replayed its log up to the moment, and stop it."""
    control = ("/usr/lib/postgresql/17/bin/pg_ctl", "-D", str(node.data), "-w", "-t", "120", "-s")
    # PostgreSQL listens on a socket only, because the restored settings may name another node's address.
    options = f"-c listen_addresses='' -c unix_socket_directories={node.folder}"
    node.run(*control, "-o", options, "-l", f"{node.folder}/replay.log", "start")
    question = ("psql", "-h", str(node.folder), "-U", "postgres", "-Atc", "SELECT pg_is_in_recovery()", "postgres")
    until(lambda: node.run(*question).strip() == "f", 120, "the end of the recovery")
    node.run(*control, "-m", "fast", "stop")
