"""Spreadsheets: rows with their headers, and sheets of questions with their answers."""
