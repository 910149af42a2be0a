"""Pages as certain sites and wikis write them: Sphinx, SharePoint, Confluence, Notion."""
