"""The sealed log: an append-only Merkle tree with a leaf for each audit event.

The landlord's key signs its checkpoints, and outside witnesses cosign them. Anybody can verify the log.
"""
