"""What readers call the graded areas of an inspection."""

from watcher.messages.inert import inert

_NAMES = {
    "overall": "Overall experiences and progress",
    "protected": "How well children and young people are helped and protected",
    "leaders": "The effectiveness of leaders and managers",
    "outcomes": "Outcomes for children and young people",
    "outcome": "Supported accommodation outcome",
    "quality of care": "Quality of care",
    "education": "Outcomes in education and related learning activities",
    "health": "Health services",
}

_SHORT = {
    "overall": "overall experiences",
    "protected": "help and protection",
    "leaders": "leadership and management",
}


def area_name(area: str) -> str:
    """An area as its regulator calls it."""
    plain = inert(area.replace("_", " "), 100)
    return _NAMES.get(area) or plain[:1].upper() + plain[1:] or "An area without a name"


def short_area(area: str) -> str:
    """An area within a sentence."""
    return _SHORT.get(area) or inert(area.replace("_", " "), 100)
