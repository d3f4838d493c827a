"""What the pages of the allocation commission read and write down: agenda, numbered sheets, proposals, minutes."""
