"""What an operator's message can be about: how grave it is, what it means for readers, and what to do.

Each has a heading of its own in docs/operating.md, to which its messages lead.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

PAGE = "docs/operating.md"
"""Where the headings are, in the repository and on its web page."""

TRIAL = "test"
"""In place of a topic: a message by which a channel is tried, and that is about nothing."""


class Gravity(StrEnum):
    """How soon the operator should look; the gravest first."""

    ACT_NOW = "act now"
    LOOK_TODAY = "look today"
    INFORMATION = "for information"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Gravity).index(self)


@dataclass(frozen=True, slots=True)
class About:
    """What holds of every message about one topic, in sentences for the operator."""

    gravity: Gravity
    heading: str
    """In docs/operating.md."""
    readers: str
    """Whether those who asked for alerts have missed anything."""
    itself: str
    """What happens without the operator."""
    todo: str


_TRIED_AGAIN = "It is tried again by itself, for ever."


class Topic(Enum):
    """Every sort of message to the operator, by the key that the history keeps."""

    STALE = About(
        Gravity.ACT_NOW,
        "A feed has not been read",
        "They hear nothing of this feed until it is read again; then they are told late, and that it is late.",
        _TRIED_AGAIN,
        "Open the site in a browser. If it works there, look at this machine's network, proxy and `url`, and "
        "see whether a newer watcher is out.",
    )
    NETWORK = About(
        Gravity.ACT_NOW,
        "No feed can be read",
        "They hear nothing until one is read again; then they are told late, and that it is late.",
        "Every feed is tried again by itself, for ever.",
        "Look at this machine's network, name server and proxy first.",
    )
    NOT_UNDERSTOOD = About(
        Gravity.LOOK_TODAY,
        "A reading could not be understood",
        "Nothing wrong was told to them; what was published since the last good reading waits.",
        _TRIED_AGAIN,
        "Open the site in a browser. If it looks as ever, its pages have changed: see whether a newer watcher is out.",
    )
    STILL = About(
        Gravity.ACT_NOW,
        "A feed stands still",
        "They hear nothing, and that may be wrong: what was published meanwhile is told once the feed shows it.",
        "It is read as ever; this is over once it shows something newer.",
        "Open the site in a browser. If it shows newer reports there, look at what stands between it and this machine.",
    )
    HELD = About(
        Gravity.ACT_NOW,
        "A reading is held",
        "They were told nothing of it; if it is true, they wait for you.",
        "It is let go if the next reading is plausible again; it is never believed by itself.",
        "Compare some of the homes with the site. If the reading is true, `watcher poll --release` believes it.",
    )
    LIST = About(
        Gravity.INFORMATION,
        "Entries of a list could not be understood",
        "Nothing is missed; news of these homes may come up to a day later.",
        "The pages of these homes are read once a day instead.",
        "Look at the entries on the site if it stays so.",
    )
    PAGE = About(
        Gravity.LOOK_TODAY,
        "Pages of homes could not be understood",
        "They hear nothing new of these homes until their pages can be read; the other homes are told as ever.",
        "Each page is tried again after 1 hour, then 4, then once a day.",
        "Open one of the pages in a browser and look for new reports.",
    )
    LINE = About(
        Gravity.LOOK_TODAY,
        "Lines of homes' pages could not be understood",
        "What such a line announces is not told; the rest of the page is.",
        "Each page is tried again after 1 hour, then 4, then once a day.",
        "Open the pages and see what the lines say.",
    )
    REPORT = About(
        Gravity.ACT_NOW,
        "Reports could not be read",
        "They don't know these grades yet: a drop may be among them.",
        "Each report is tried again after 1 hour, then 4, then once a day; once it is read, it is told.",
        "Read the report yourself, and tell your readers if it matters.",
    )
    MISSING = About(
        Gravity.LOOK_TODAY,
        "Links to reports lead to nothing",
        "They don't know these grades yet; there is no report that anybody could read.",
        "It is looked for again by itself; once it is there, it is told.",
        "Look at the home's page; ask the publisher if it stays so.",
    )
    GRADE = About(
        Gravity.ACT_NOW,
        "Grades could not be told",
        "Nothing was told to them of a grade that no list knows or that has vanished.",
        "It is over once the inspection says something that is understood, or a newer one is known.",
        "Read the report; if the grade is a new word, see whether a newer watcher is out.",
    )
    RETOLD = About(
        Gravity.LOOK_TODAY,
        "A report tells otherwise of earlier inspections",
        "Nothing that they were told rests on it.",
        "It is shown for two weeks and corrects nothing.",
        "Compare the report with the home's page.",
    )
    REPEATED = About(
        Gravity.INFORMATION,
        "Something was said twice",
        "They were told once.",
        "It is over once it has not come again for a week.",
        "Nothing, unless it goes on: then the home's page may flap between two states.",
    )
    FILE = About(
        Gravity.LOOK_TODAY,
        "Official files could not be understood",
        "They miss nothing of what the watched feeds tell; gaps that the files would fill stay.",
        "Each file is read again once it is another.",
        "Open the file. If it is one of inspections, see whether a newer watcher is out; `watcher import FILE` lists "
        "the rows.",
    )
    STOPPED = About(
        Gravity.ACT_NOW,
        "A channel is stopped",
        "Its readers get nothing until it is mended; their messages are kept.",
        "It is tried once an hour; one message that gets through releases all.",
        "Mend what it says: an address, a credential, a right. `watcher alerts retry --channel NAME` tries at once.",
    )
    REFUSED = About(
        Gravity.LOOK_TODAY,
        "A channel refuses messages",
        "The messages it refused were not read by anybody there.",
        "They are not sent again by themselves.",
        "See `watcher alerts`; `watcher alerts retry ID` sends one again, `watcher alerts drop ID` gives it up.",
    )
    UNKNOWN_FATE = About(
        Gravity.ACT_NOW,
        "Nobody knows whether messages arrived",
        "They may have these messages, even several times, or not at all.",
        "They are not sent again by themselves; newer messages go as ever.",
        "Ask a reader. `watcher alerts retry ID` sends it again, marked as possibly repeated; `watcher alerts drop ID` "
        "gives it up.",
    )
    CONFIGURATION = About(
        Gravity.LOOK_TODAY,
        "The configuration was not taken up",
        "They are told by the configuration before; what was to change has not.",
        "The one before stays in force, and the file is read again when it changes; a restart would fail.",
        "Mend what it says; `watcher check` names every mistake, `watcher reload` says whether it was taken up.",
    )
    SECRET = About(
        Gravity.LOOK_TODAY,
        "A secret file cannot be used",
        "Nothing is missed as long as the last good secret is taken; after a restart watcher would not start.",
        "The file is looked at before each use, and taken up as soon as it is good again.",
        "Write the secret into the file, and see that watcher may read it; `watcher check` says the same.",
    )
    USERS = About(
        Gravity.LOOK_TODAY,
        "Nobody can sign in",
        "They are told as ever; nobody can act on the pages but whom your proxy signs in.",
        "The file is looked at before each use; once it is good again, whoever was signed in still is.",
        "`watcher check` says what is wrong with it, and `watcher user add NAME` writes it.",
    )
    BOT = About(
        Gravity.LOOK_TODAY,
        "A bot does not answer",
        "They are told as ever; buttons in Slack and /watcher do nothing.",
        "The line to Slack is tried again by itself, for ever; what was answered before is done.",
        "Mend what it says; `watcher check` tries the line too.",
    )
    PAUSED = About(
        Gravity.INFORMATION,
        "Watches of people are paused",
        "In that channel nobody hears of these watches; what they tell waits.",
        "Once the bot is in the channel again, what waits is sent, and this is over.",
        "Invite the bot to the channel again, or `watcher watch remove ID`.",
    )
    NOWHERE = About(
        Gravity.LOOK_TODAY,
        "Watches of people go nowhere",
        "In that channel nobody hears of what these watches are for, and nothing of it waits.",
        "Once the configuration has the channel again, they tell what is published from then on.",
        "Give the channel its former name back, or `watcher watch remove ID` and have them made anew.",
    )
    UNSENT = About(
        Gravity.ACT_NOW,
        "Messages wait too long",
        "Its readers wait; nothing is lost.",
        "Each message is tried until the channel takes it.",
        "See that the channel's service works and that this machine reaches it.",
    )
    GONE = About(
        Gravity.LOOK_TODAY,
        "Messages wait for a channel that is gone",
        "These messages reach nobody.",
        "They wait for ever.",
        "Define the channel again in the configuration.",
    )
    IN_PART = About(
        Gravity.INFORMATION,
        "A channel takes messages in part",
        "They have every message; something in it was left out.",
        "The next messages are sent in the same way.",
        "Mend what it says, if you want the whole.",
    )
    UNCHANGED = About(
        Gravity.INFORMATION,
        "A channel lets no first alert be changed",
        "They have every message; first alerts there go on saying what they said.",
        "The next change is tried as ever.",
        "Give the bot the right that it names.",
    )
    NOT_STORED = About(
        Gravity.ACT_NOW,
        "The history cannot be stored",
        "They hear nothing until it can; nothing that was stored is lost.",
        "It is tried again by itself.",
        "Make room on the disk, and see that the folder can be written; of a database, see that it runs and can be "
        "reached.",
    )
    NOBODY_LEADS = About(
        Gravity.ACT_NOW,
        "Nobody leads",
        "They hear nothing until somebody leads; nothing that was stored is lost.",
        "A watcher that runs on this history takes it over within seconds.",
        "Start `watcher run` where none runs on this history; where one does, look at its log.",
    )
    ROOM = About(
        Gravity.LOOK_TODAY,
        "The history's disk is nearly full",
        "Nothing is missed yet.",
        "Nothing is deleted by itself.",
        "Make room: on a full disk nothing is read and nothing is sent.",
    )
    LARGE = About(
        Gravity.INFORMATION,
        "The history grows past its limits",
        "Nothing is missed.",
        "It goes on, with more memory and a slower start.",
        "Give the process more memory, or watch less.",
    )
    UNNAMED = About(
        Gravity.LOOK_TODAY,
        "A matter of another version",
        "The version that told of it knew.",
        "It ends with what it is about.",
        "Read its text.",
    )
    BASELINE = About(
        Gravity.INFORMATION,
        "The silent baseline is read",
        "They were told nothing of what was published before, and are told of changes from now on.",
        "Nothing more: this is said once.",
        "Nothing.",
    )
    RELEASE = About(
        Gravity.INFORMATION,
        "Official files were read",
        "They were told nothing of it but what the watched feeds had missed, and that it is late.",
        "Nothing more: each release is told of once.",
        "If it contradicts what was known, compare the homes that it names with the site.",
    )
    MAILS_STOPPED = About(
        Gravity.INFORMATION,
        "A reader stopped these mails",
        "This one gets no more mails of watcher; everybody else is told as ever.",
        "Nothing more: this is said once. `watcher status` lists who has stopped them.",
        "Ask them if you did not expect it; `watcher mails resume ADDRESS` has what is new go there again.",
    )
    CLOCK = About(
        Gravity.LOOK_TODAY,
        "The clock jumped",
        "Nothing is lost; what was published meanwhile is told late.",
        "What is due is read now.",
        "See that the machine keeps its time (NTP).",
    )

    @property
    def key(self) -> str:
        """The word for it in what is stored and in JSON."""
        return self.name.lower().replace("_", " ")

    @property
    def about(self) -> About:
        """What holds of its messages."""
        value: About = self.value
        return value

    @property
    def gravity(self) -> Gravity:
        """How soon the operator should look."""
        return self.about.gravity

    @property
    def link(self) -> str:
        """Where its heading stands."""
        return f"{PAGE}#{anchor(self.about.heading)}"


def anchor(heading: str) -> str:
    """The anchor of a heading, as repositories' web pages make it."""
    plain = (character for character in heading.lower() if character.isalnum() or character in " -")
    return "".join(plain).replace(" ", "-")


def topic_of(key: str) -> Topic | None:
    """The topic that a key names; None for one that this version does not know."""
    return next((topic for topic in Topic if topic.key == key), None)
