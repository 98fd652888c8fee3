"""Forms as .xlsx: out to a unit and back; a form's own definition out to an officer and back."""
