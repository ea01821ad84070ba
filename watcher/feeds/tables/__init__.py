"""Tables as people keep them: CSV and its relatives, ODS and XLSX, within limits that each reader of them names.

What a table means is its reader's business: of an official file `feeds/statistics`, of a list of homes `config/lists`.
"""
