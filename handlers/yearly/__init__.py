"""The commune's own year: totals over all reports, its BÁO CÁO, and what goes before UBND xã."""
