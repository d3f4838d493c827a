"""What waits for a person: the queues, how they are counted, and the email of each morning."""
