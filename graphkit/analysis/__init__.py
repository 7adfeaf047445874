"""What a coauthor network shows beyond single measures: groups, years, careers, chance."""
