"""What the name of a source says of the official file it is: a list of all providers at a day, or a year's inspections.

Ofsted's own names of files say so; to others, and to the sheets of a workbook, the reader of the file adds it.
"""

import re

_YEAR = re.compile(r"(?i)inspec.*[_ ]\d{4}|in[_ ]year")
_LIST = re.compile(r"(?i)provider.*[_ +]at[_ +]")


def source_name(file: str, *, is_sheet: bool, is_list: bool) -> str:
    """The name of a source that is a file, or a sheet of one."""
    says_it = lists_all(file) if is_list else holds_a_year(file)
    if says_it and not is_sheet:
        return file
    return f"{file} (providers at that day)" if is_list else f"{file} (inspections in year)"


def holds_a_year(source: str) -> bool:
    """Whether a source holds every inspection of the year that ends on its day."""
    return _YEAR.search(source) is not None


def lists_all(source: str) -> bool:
    """Whether a source lists every provider there was on its day."""
    return not holds_a_year(source) and _LIST.search(source) is not None
