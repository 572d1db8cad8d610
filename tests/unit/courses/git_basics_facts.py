"""What the questions of *Git basics* take for true of Git, as scripts and what they print."""

from typing import NamedTuple

from tests.unit.courses.git_basics_scenes import SCENES

_POEM = 'git init -q work; cd work; for n in 1 2 3 4 5; do echo "verse $n" > poem.md; commit "Verse $n"; done'
_LETTER = "git init -q work; cd work; echo deer > letter.md; git add letter.md; echo dear > letter.md"
_ONE_STAGED = (
    """git init -q work; cd work; for file in notes diary story; do echo old > $file.md; done; commit "Start" """
)
_THREE_CHANGED = "git init -q work; cd work; for file in rules fees diary; do echo new > $file.md; done"


class Fact(NamedTuple):
    """What Git prints when, after the setup, the last of these commands is typed."""

    setup: str
    commands: tuple[str, ...]
    prints: tuple[str, ...]


class Done(NamedTuple):
    """What the check prints if a typed answer did what is asked for; `../printed` holds the answer's own output."""

    setup: str
    check: str
    prints: tuple[str, ...]


FACTS = {
    "snapshot-of-all": Fact(
        "git init -q work; cd work; touch 1 2 3 4 5 6 7 8 9 10; commit Ten; echo new > 1; commit One",
        ("git ls-tree --name-only HEAD | wc -l",),
        ("10",),
    ),
    "old-branch-name": Fact(
        "git init -q -b master work; cd work; git config --global init.defaultBranch main",
        ("git branch --show-current",),
        ("master",),
    ),
    "address-corrected": Fact(
        "git init -q work; cd work; touch a; commit A",
        ("git config --global user.email new@example.org", "git log --format=%ae"),
        ("sam@example.org",),
    ),
    "probe-club-address": Fact(
        "git init -q other; git init -q club; cd club",
        ("git config user.email jo@club.example", "git -C ../other config user.email || echo none"),
        ("none",),
    ),
    "init-records": Fact("mkdir work; cd work; touch 1 2 3", ("git init -q", "git ls-files | wc -l"), ("0",)),
    "empty-folder": Fact("git init -q work; cd work", ("mkdir photos", "git status --short"), ()),
    "empty-folder-with-a-file": Fact(
        "git init -q work; cd work; mkdir photos", ("touch photos/lake.jpg", "git status --short"), ("?? photos/",)
    ),
    "changed-after-add": Fact(_LETTER, ("git commit -q -m Invite", "git show HEAD:letter.md"), ("deer",)),
    "changed-after-add-is-not-lost": Fact(_LETTER, ("git commit -q -m Invite", "cat letter.md"), ("dear",)),
    "probe-two-lines-more": Fact(
        "git init -q work; cd work; echo 0 > list.md; commit A; seq 3 >> list.md; git add list.md; seq 2 >> list.md",
        ("git diff | grep -c '^+[0-9]'",),
        ("2",),
    ),
    "count-back": Fact(SCENES["04-restore/count-back"], ("git log -1 --format=%s HEAD~3",), ("Welcome the guests",)),
    "probe-parent": Fact(SCENES["04-restore/probe-parent"], ("git rev-parse --short HEAD~1",), ("f8e5e87",)),
    "emptied-by-mistake": Fact(f"{_ONE_STAGED}; : > notes.md", ("git restore notes.md", "cat notes.md"), ("old",)),
    "emptied-and-only-unstaged": Fact(
        f"{_ONE_STAGED}; : > notes.md", ("git restore --staged notes.md", "cat notes.md"), ()
    ),
    "restored-as-staged": Fact(
        f"{_ONE_STAGED}; echo staged > notes.md; git add .; echo worse > notes.md",
        ("git restore notes.md", "cat notes.md"),
        ("staged",),
    ),
    "three-back": Fact(_POEM, ("git restore -s HEAD~3 poem.md", "cat poem.md"), ("verse 2",)),
    "three-back-is-modified": Fact(_POEM, ("git restore -s HEAD~3 poem.md", "git status --short"), (" M poem.md",)),
    "three-back-keeps-history": Fact(_POEM, ("git restore -s HEAD~3 poem.md", "git log --oneline | wc -l"), ("5",)),
    "left-out": Fact(
        SCENES["04-restore/left-out"],
        ("git check-ignore sales.csv tmp/list.md prices.csv csv.md",),
        ("sales.csv", "tmp/list.md"),
    ),
    "card-keep-files-out": Fact(
        r"git init -q work; cd work; printf '*.jpg\ndrafts/\n!cover.jpg\n' > .gitignore",
        ("git check-ignore lake.jpg far/lake.jpg drafts/one.md cover.jpg lake.md",),
        ("lake.jpg", "far/lake.jpg", "drafts/one.md"),
    ),
    "probe-tracked-already": Fact(
        "git init -q work; cd work; echo 1 > map.jpg; commit Map; echo '*.jpg' > .gitignore; commit A; echo > map.jpg",
        ("git status --short",),
        (" M map.jpg",),
    ),
    "what-arrives": Fact(
        f"{SCENES['05-share/Fetch and pull: get news']}; echo 1 > a; commit A; echo 2 > a; commit B; echo 3 > a",
        ("git push -q", "git show origin/main:a"),
        ("2",),
    ),
    "fetch-leaves-files-alone": Fact(
        f"{SCENES['05-share/When both have moved on']}; cat packing.md > before; git fetch -q",
        ("cmp before packing.md", "git log -1 --format=%s origin/main"),
        ("Take the wood stove",),
    ),
    "far-apart": Fact(
        SCENES["05-share/push-refused"],
        ("git config pull.rebase false", "git pull -q", "head -1 songs.md; tail -1 songs.md"),
        ("first", "last"),
    ),
    "pull-then-push": Fact(
        SCENES["05-share/push-refused"],
        ("git config pull.rebase false", "git pull -q", "git push -q && echo sent"),
        ("sent",),
    ),
    "both-sides-need-the-setting": Fact(
        SCENES["05-share/push-refused"],
        ("git pull -q 2>&1 | tail -1",),
        ("fatal: Need to specify how to reconcile divergent branches.",),
    ),
    "abort-takes-back": Fact(
        SCENES["05-share/whose-version"],
        ("git merge --abort", "git status --short; cat cake.md"),
        ("three eggs", "flour"),
    ),
    "commit-while-unresolved": Fact(
        SCENES["05-share/rota-resolved"],
        ("git commit -m Mine 2>&1 | grep fatal",),
        ("fatal: Exiting because of an unresolved conflict.",),
    ),
    "probe-keep-both": Fact(
        SCENES["05-share/probe-keep-both"],
        ("grep -v -e '^<<<<<<<' -e '^=======' -e '^>>>>>>>' drinks.md",),
        ("water", "tea", "juice"),
    ),
}

TYPED = {
    "mend-a-setting": Done(SCENES["01-why/mend-a-setting"], "git config --global user.email", ("ines@example.org",)),
    "name-for-all": Done("", "git config --global user.name", ("Sam Reed",)),
    "stage-the-prices": Done(
        SCENES["02-places/stage-the-prices"], "git diff --staged --name-only", ("menu.md", "prices.md")
    ),
    "commit-command": Done(
        "git init -q work; cd work; echo ferry > route.md; git add .", "git log --format=%s", ("Go by ferry",)
    ),
    "record-the-new-date": Done(
        SCENES["03-record/record-the-new-date"],
        "git log -1 --format=%s; git status --short; git show HEAD:party.md",
        ("Move the party to 10 May", "Saturday, 10 May", "at the boat house"),
    ),
    "probe-stage-two": Done(_THREE_CHANGED, "git diff --staged --name-only", ("fees.md", "rules.md")),
    "probe-see-staged": Done(_LETTER, "tail -1 ../printed", ("+deer",)),
    "not-the-diary": Done(
        f"{_ONE_STAGED}; echo new > diary.md; git add .", "git status --short; cat diary.md", (" M diary.md", "new")
    ),
    "summer-hours": Done(
        SCENES["04-restore/summer-hours"], "cat hours.md; git log --oneline | wc -l", ("Open at six in summer", "4")
    ),
    "probe-unwanted-edit": Done(SCENES["04-restore/probe-unwanted-edit"], "cat pond.md garden.md", ("old", "new")),
    "probe-old-poster": Done(
        _POEM.replace("poem", "poster"), "cat poster.md; git log --oneline | wc -l", ("verse 4", "5")
    ),
    "rota-resolved": Done(
        SCENES["05-share/rota-resolved"], "git ls-files --unmerged; git commit -q -m Ended && echo ended", ("ended",)
    ),
    "probe-join-in": Done("server choir/songs.git", "git -C songs remote", ("origin",)),
}
