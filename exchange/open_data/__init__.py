"""The open data's housing programmes, read and taken into the patrimony."""
