"""What each command does, in a line: so `watcher --help` loads none of them. A test holds it to their own words."""

from collections.abc import Mapping

from typer.core import TyperCommand

BRIEFLY: Mapping[str, str] = {
    "init": "Asks three questions, writes a short watcher.toml and tries it.",
    "run": "The long-running service.",
    "reload": (
        "Has the running service read its configuration again; fails, with every mistake, if that was not taken up."
    ),
    "poll": "One reading of each feed, judged, stored and delivered; beside a running service, that one does it now.",
    "check": "Configuration, secrets, feeds and channels tried; stores nothing, and sends nothing unless asked to.",
    "import": "An official file into the history, announcing nothing.",
    "history": "One home's inspections as a timeline.",
    "homes": "How homes stand now, the worst first; the country and each owner's other homes below.",
    "changes": "Every change judged, by date published, whether anybody was told or not.",
    "owners": "The owners that the history has, with their homes and how these stand; those with most homes first.",
    "areas": (
        "The local authorities that the history has, with their homes and how these stand; those with most homes first."
    ),
    "replay": "The alerts that the present configuration would have sent, by date published, from stored history.",
    "numbers": (
        "How many inspections found homes inadequate, how many homes dropped, recovered or closed: counts and rates."
    ),
    "demo": "The founding case: the real service against a small local site that publishes summer 2018 in fast motion.",
    "explain": (
        "Every inspection of a home: seen, judged, sent, or why not; and where the numbers of an alert come from."
    ),
    "preview": (
        "Any past change as a channel would send it, without sending it: text, or the JSON for Slack or a webhook."
    ),
    "status": "Each feed's last good reading, what waits, what is wrong.",
    "backup": "The whole history into one checked file, while the service runs or not.",
    "restore": "A backup becomes the history; the one before is kept aside, and nothing is announced twice.",
    "copy": "Moves the whole history of the configuration into a database, or that of a database to where it says.",
    "version": "The version of watcher.",
    "alerts": "Messages and their verdicts.",
    "silence": "What is not to be sent for a while.",
    "watch": "Watches that people make, here, on the page and in Slack.",
    "mails": "Who has stopped these mails.",
    "user": "Who may sign in to the pages, to acknowledge, silence, retry and release.",
    "slack": "The app that Slack has to have.",
}


def in_brief(name: str) -> TyperCommand:
    """A command as the list of all commands names it; it can't be called."""
    return TyperCommand(name, help=BRIEFLY[name])
