"""/duyet: receive, compare, ask again, chốt số liệu."""
