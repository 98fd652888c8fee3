"""What the officer does with reports: who owes, receive, ask again, mark."""
