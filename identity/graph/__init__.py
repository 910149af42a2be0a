"""Microsoft Graph, asked as an application: the groups that people are in."""
