"""Every way a text comes in, found in the code itself; a word planted in each; and every place where it might stay."""
