"""The corpus of the screen and the programs that train and measure it."""
