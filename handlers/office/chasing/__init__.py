"""/chuabaocao: who owes, the call list, marks, reminding by hand, new reporters."""
