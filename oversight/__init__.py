"""What the data-protection officer reads: the audit log, questions about looks, exposure, the register."""
