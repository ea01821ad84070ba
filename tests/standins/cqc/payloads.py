"""Invented answers of the CQC's API, short to write: only what a test is about needs to be named."""

from collections.abc import Mapping
from typing import Any

QUESTIONS = ("Safe", "Well-led", "Caring", "Responsive", "Effective")

Payload = Mapping[str, Any]


def rated(day: str, rating: str, link: str, *, questions: str | None = None, origin: str = "") -> dict[str, Any]:
    """The value of `currentRatings`, of one report."""
    inherited = {"organisationId": origin} if origin else {}
    said = {"reportDate": day, "reportLinkId": link, **inherited}
    areas = [{"name": name, "rating": questions or rating, **said} for name in QUESTIONS]
    return {"overall": {"rating": rating, "keyQuestionRatings": areas, **said}, "reportDate": day}


def once(day: str, rating: str, link: str, *, origin: str = "") -> dict[str, Any]:
    """An entry of `historicRatings`."""
    inherited = {"organisationId": origin} if origin else {}
    overall = {"rating": rating, "keyQuestionRatings": [{"name": name, "rating": rating} for name in QUESTIONS]}
    return {"reportDate": day, "reportLinkId": link, "overall": overall, **inherited}


def group(
    plan: str, rating: str, *, name: str = "Care Homes", assessed: str = "", status: str = "Current"
) -> dict[str, Any]:
    """An entry of `asgRatings`."""
    return {
        "assessmentPlanId": plan,
        "name": name,
        "assessmentDate": assessed,
        "rating": rating,
        "status": status,
        "narrative": "An invented text about Mrs Nobody.",
        "keyQuestionRatings": [{"name": area, "rating": rating, "status": "Assessed"} for area in sorted(QUESTIONS)],
    }


def assessed(day: str, *groups: Payload, overall: Payload | None = None) -> dict[str, Any]:
    """An entry of `assessment`."""
    ratings = {"asgRatings": list(groups), **({"overall": overall} if overall else {})}
    return {"assessmentPlanPublishedDateTime": f"{day} 15:19:48", "ratings": ratings}


def location(number: str = "1-100000001", **keys: Any) -> dict[str, Any]:
    """The answer about a care home in Derby."""
    usual: dict[str, Any] = {
        "locationId": number,
        "providerId": "1-200000001",
        "name": f"Home {number}",
        "type": "Social Care Org",
        "organisationType": "Location",
        "registrationStatus": "Registered",
        "registrationDate": "2012-03-01",
        "careHome": "Y",
        "numberOfBeds": 20,
        "localAuthority": "Derby",
        "region": "East Midlands",
        "constituency": "Derby South",
        "inspectionDirectorate": "Adult social care",
        "gacServiceTypes": [{"name": "Residential homes", "description": "Care home service without nursing"}],
        "relationships": [],
        "regulatedActivities": [
            {"name": "Care", "contacts": [{"personGivenName": "Invented", "personFamilyName": "Nobody"}]}
        ],
        "reports": [],
    }
    return {name: value for name, value in {**usual, **keys}.items() if value is not None}


def related(number: str, how: str, reason: str = "New Provider") -> dict[str, str]:
    """An entry of `relationships`; `how` is Predecessor or Successor."""
    return {"relatedLocationId": number, "relatedLocationName": "Home", "type": f"HSCA {how}", "reason": reason}


def provider(number: str = "1-200000001", name: str = "Oak Care Limited", kind: str = "Organisation") -> dict[str, Any]:
    """The answer about a provider."""
    return {"providerId": number, "name": name, "ownershipType": kind, "contacts": [{"personFamilyName": "Nobody"}]}
