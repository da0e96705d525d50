"""Everything with torch: seeding and the torch state of a worker. Torch is never imported here."""
