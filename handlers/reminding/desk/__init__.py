"""/nhac: what goes out next to whom, what was sent and what failed, pausing, nudging."""
