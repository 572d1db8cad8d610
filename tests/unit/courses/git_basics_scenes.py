"""What has happened before each console block of *Git basics*, as a script; the block itself is run after it."""

_SAM = """
git config --global user.name "Sam Reed"
git config --global user.email sam@example.org
"""
_TRIP = "git init -q trip; cd trip; echo tent > packing.md"
_PACKED = f"{_TRIP}; commit 'Start the packing list'"
_STOVE = f"{_PACKED}; echo stove >> packing.md; commit 'Add a stove, as we cook ourselves'"
_PLANNED = f"{_STOVE}; echo 'Day 1: to the lake' > route.md; commit 'Plan the first day'"

_LINKED = f"{_PLANNED}; server sam/trip.git; git remote add origin https://git.example.org/sam/trip.git"
_PUSHED = f"{_LINKED}; git push -q -u origin main; git config --global pull.rebase false"
_KIM_PUSHED = f"""{_PUSHED}
git clone -q https://git.example.org/sam/trip.git ../kim
(cd ../kim; printf 'tent\\nwood stove\\n' > packing.md; commit "Take the wood stove"; git push -q)"""
_BOTH_CHANGED = f"""{_KIM_PUSHED}
printf 'tent\\ngas stove\\n' > packing.md; commit 'Take the gas stove, as wood may be wet'"""


def _status(staged: str = "", changed: str = "", new: str = "") -> str:
    """A repository whose files are in these states."""
    return f"""
    git init -q work; cd work
    for file in {changed} base; do echo old > $file.md; done; commit "Start"
    for file in {changed}; do echo new > $file.md; done
    for file in {staged}; do echo new > $file.md; git add $file.md; done
    for file in {new}; do echo new > $file.md; done
    """


def _log(*messages: str, file: str = "page.md") -> str:
    """A repository with a commit for each message, the oldest first; each changes the file."""
    steps = "\n".join(f"""echo "{message}" > {file}; commit "{message}" """ for message in messages)
    return f"git init -q work; cd work\n{steps}"


def _conflict(file: str, before: str, mine: str, theirs: str) -> str:
    """A repository whose pull has just stopped at a conflict in this file."""
    return f"""
    server club/rota.git; git config --global pull.rebase false
    git clone -q https://git.example.org/club/rota.git mine 2>/dev/null; cd mine
    printf '{before}' > {file}; commit "Start"; git push -q -u origin main
    git clone -q https://git.example.org/club/rota.git ../theirs
    (cd ../theirs; printf '{theirs}' > {file}; commit "Theirs"; git push -q)
    printf '{mine}' > {file}; commit "Mine"
    git pull -q || true
    """


_SONGS_REFUSED = """
server choir/songs.git
git clone -q https://git.example.org/choir/songs.git mine 2>/dev/null; cd mine
seq 80 > songs.md; commit "Start"; git push -q -u origin main
git clone -q https://git.example.org/choir/songs.git ../kim
(cd ../kim; sed -i '80s/.*/last/' songs.md; commit "Last line"; git push -q)
sed -i '1s/.*/first/' songs.md; commit "First line"
"""

SCENES = {
    "course/about": "",
    "01-why/Tell Git who you are": "",
    "01-why/Two more settings": "",
    "01-why/Ask Git what it knows": f"""{_SAM}
        git config --global init.defaultBranch main; git config --global core.editor nano""",
    "01-why/mend-a-setting": """
        git config --global user.name "Ines Duarte"; git config --global user.email ines@example.com
        git config --global init.defaultBranch main""",
    "02-places/Make a folder a repository": "",
    "02-places/One repository is enough": "git init -q trip; cd trip",
    "02-places/Ask where things are": "git init -q trip",
    "02-places/read-status": _status(staged="plan", changed="plan tools", new="ideas"),
    "02-places/stage-the-prices": _status(staged="menu", changed="menu prices", new="shopping"),
    "02-places/probe-what-goes-in": _status(staged="guests", changed="music", new="cake"),
    "03-record/Add, then commit": _TRIP,
    "03-record/Read a diff": _PACKED,
    "03-record/read-a-diff": """git init -q work; cd work
        printf 'Monday: closed\\nTuesday: 9 to 17\\nWednesday: 9 to 17\\n' > hours.md; commit "Start"
        sed -i 's/Tuesday: 9 to 17/Tuesday: 9 to 18/' hours.md""",
    "03-record/Read the log": _STOVE,
    "03-record/record-the-new-date": """git init -q work; cd work
        printf 'Saturday, 3 May\\nat the boat house\\n' > party.md; commit "Invite to the party"
        sed -i 's/3 May/10 May/' party.md; git add party.md""",
    "03-record/probe-oldest": _log("Draw the beds", "Plant beans beside the maize", "Water less, as it rains"),
    "04-restore/Names for commits": _PLANNED,
    "04-restore/count-back": _log(
        "Welcome the guests", "Give the price for a week", "Ask for quiet after ten", "Add a map of the village"
    ),
    "04-restore/Look at one commit": _PLANNED,
    "04-restore/Compare with the past": _PLANNED,
    "04-restore/Bring back an older version": _PLANNED,
    "04-restore/left-out": r"""git init -q work; cd work; printf '*.csv\ntmp/\n!prices.csv\n' > .gitignore""",
    "04-restore/summer-hours": _log(
        "Start the page", "Open at six in summer", "Open at eight in winter", "Close on Mondays", file="hours.md"
    ),
    "04-restore/probe-parent": _log("List the tools", "Measure the beds", "Order seeds", "Sow the carrots"),
    "04-restore/probe-unwanted-edit": _status(changed="garden pond"),
    "05-share/A copy for all of you": f"{_PLANNED}; server sam/trip.git",
    "05-share/Push: send your commits": _LINKED,
    "05-share/Clone: get a copy": f"{_PUSHED}; cd ..; rm -rf trip",
    "05-share/Fetch and pull: get news": _PUSHED,
    "05-share/When both have moved on": f"{_KIM_PUSHED}; echo 'Day 2: to the hut' >> route.md; commit 'Plan day 2'",
    "05-share/push-refused": _SONGS_REFUSED,
    "05-share/A conflict": _BOTH_CHANGED,
    "05-share/whose-version": _conflict("cake.md", "eggs\\nflour\\n", "three eggs\\nflour\\n", "four eggs\\nflour\\n"),
    "05-share/Resolve it": f"{_BOTH_CHANGED}; git pull -q || printf 'tent\\ngas stove\\n' > packing.md",
    "05-share/rota-resolved": _conflict("rota.md", "Friday: open\\n", "Friday: Piet\\n", "Friday: Dana\\n"),
    "05-share/probe-keep-both": _conflict("drinks.md", "water\\n", "water\\ntea\\n", "water\\njuice\\n"),
}
