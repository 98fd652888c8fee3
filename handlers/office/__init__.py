"""What an officer does with reports; both halves start from `owing`."""
