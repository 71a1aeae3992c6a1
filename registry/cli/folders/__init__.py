"""`colophon register --recursive`: a whole folder, one consent, as often interrupted as need be."""
