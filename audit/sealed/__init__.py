"""The sealed log: an append-only Merkle tree with one leaf (entry) per audit event. The landlord's key signs the state
of the log (checkpoint), and outside servers (witnesses) countersign the checkpoints. Anybody can verify the log."""
