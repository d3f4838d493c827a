"""Tasks that wait for a person: the queues of tasks, how they are counted, and the daily email about them."""
