"""Texts as 768 numbers that lie near each other when the texts mean the same, whatever their language."""
