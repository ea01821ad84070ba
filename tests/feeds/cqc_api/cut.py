"""An answer about a location as it would have been on an earlier day.

What is dated later is taken out; the rating that was the newest then is put back as the current one; who was registered
then, and what continued whom, is as it was.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

Payload = Mapping[str, Any]


def days_of(payload: Payload) -> list[date]:
    """The days on which something of the answer changed, the first being that of its registration."""
    found = {payload["registrationDate"], payload.get("deregistrationDate")}
    found |= {entry.get("reportDate") for entry in payload.get("historicRatings", ())}
    found |= {payload.get("currentRatings", {}).get("overall", {}).get("reportDate")}
    found |= {report["reportDate"] for report in payload.get("reports", ())}
    found |= {published(one) for one in payload.get("assessment", ())}
    return sorted(date.fromisoformat(day) for day in found if day and day >= payload["registrationDate"])


def published(assessment: Payload) -> str:
    """The day of an assessment's publication."""
    return str(assessment["assessmentPlanPublishedDateTime"])[:10]


def as_of(payload: Payload, at: date) -> dict[str, Any] | None:
    """The answer on a day; None before the location was registered."""
    day = at.isoformat()
    if payload["registrationDate"] > day:
        return None
    cut = dict(payload)
    if payload.get("deregistrationDate", "") > day:
        cut |= {"registrationStatus": "Registered", "deregistrationDate": None}
        kinds = ("HSCA Successor",)
        cut["relationships"] = [one for one in payload.get("relationships", ()) if one["type"] not in kinds]
    cut["reports"] = [report for report in payload.get("reports", ()) if report["reportDate"] <= day]
    cut["assessment"] = [one for one in payload.get("assessment", ()) if published(one) <= day]
    history = [entry for entry in payload.get("historicRatings", ()) if entry.get("reportDate", "") <= day]
    current = payload.get("currentRatings")
    if current and current.get("overall", {}).get("reportDate", current.get("reportDate", "")) > day:
        current = None
    if current is None and not cut["assessment"] and history:
        newest = max(history, key=lambda entry: entry["reportDate"])
        history.remove(newest)
        current = _current(newest)
    cut |= {"historicRatings": history, "currentRatings": current}
    return {key: value for key, value in cut.items() if value not in (None, [])} | {"reports": cut["reports"]}


def _current(entry: Payload) -> dict[str, Any]:
    """An entry of the history as it was when it was the current rating."""
    inherited = {key: entry[key] for key in ("organisationId",) if key in entry}
    said = {"reportDate": entry["reportDate"], "reportLinkId": entry["reportLinkId"], **inherited}
    overall = dict(entry.get("overall", {}))
    if not overall:
        return {"reportDate": entry["reportDate"]}
    areas = [{**question, **said} for question in overall.get("keyQuestionRatings", ())]
    return {"overall": {**overall, **said, "keyQuestionRatings": areas}, "reportDate": entry["reportDate"]}
