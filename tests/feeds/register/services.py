"""Rows of the Scottish register, invented."""

KEY_QUESTIONS = ("KQ_Support_Wellbeing", "KQ_Care_and_Support_Planning", "KQ_Setting", "KQ_Staff_Team", "KQ_Leadership")


def service(number: int, grades: str, published: str, kind: str = "Care Home Service", **others: str) -> dict[str, str]:
    """A service with one grade for all key questions, or `5/4/5/4/` one by one."""
    each = grades.split("/") if "/" in grades else [grades] * len(KEY_QUESTIONS)
    return {
        "CSNumber": f"CS2024{number:06}",
        "CareService": kind,
        "ServiceName": f"Service {number}",
        "ServiceProvider": "Example Care Ltd",
        "Manager_Name": "Ann Example",
        "ServiceStatus": "Active",
        "Council_Area_Name": "Fife",
        "MinGrade": min(each),
        "Publication_of_Latest_Grading": published,
        **dict(zip(KEY_QUESTIONS, each, strict=True)),
        "Complaints_upheld_2324": "",
        **others,
    }
