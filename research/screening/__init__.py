"""The notes on which the screening is trained, and the programs that train and measure it."""
