"""Units report by conversation: forms, one message, a file; versions, and the unit's own letter."""
