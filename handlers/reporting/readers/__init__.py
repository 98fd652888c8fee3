"""How one message is taken apart: pieces, clauses, figures, notes; `reading.py` joins them."""
