"""What changes people, places and assignments. Each act checks who does it by itself, whatever page called it."""
