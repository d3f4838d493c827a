"""The log that a stranger can check: a leaf for each line of the trace, signed, cosigned, and able to forget."""
