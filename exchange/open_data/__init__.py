"""Import of housing programmes from open data, as places, buildings and dwellings."""
