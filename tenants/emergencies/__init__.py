"""Emergency accesses that wait for a review, the notices to households about them, and evacuation lists."""
