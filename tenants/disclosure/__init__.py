"""What a person is told of themselves: what is held, who receives it, and every look at it. A page, a paper, a file."""
