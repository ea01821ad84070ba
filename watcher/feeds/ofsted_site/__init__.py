"""Ofsted's reports site: the search results, the pages of providers, and the report files themselves."""
