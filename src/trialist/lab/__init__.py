"""The journeys, composed from the rooms below; one file per command that joins rooms."""
