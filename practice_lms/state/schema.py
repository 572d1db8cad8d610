"""The tables of the practice LMS's own SQLite file."""

VERSION = 3
"""A file of another version is begun anew, but for its signing key."""

TABLES = """
CREATE TABLE IF NOT EXISTS signing_key (kid TEXT PRIMARY KEY, private_pem TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS person (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, given_name TEXT NOT NULL,
    family_name TEXT NOT NULL, email TEXT NOT NULL, zone TEXT NOT NULL, shares_name INTEGER NOT NULL,
    mentees TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS course (
    id INTEGER PRIMARY KEY, label TEXT NOT NULL, title TEXT NOT NULL, tenant INTEGER NOT NULL, history TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS enrolment (
    course_id INTEGER NOT NULL REFERENCES course, person_id INTEGER NOT NULL REFERENCES person,
    role TEXT NOT NULL, status TEXT NOT NULL, changed INTEGER NOT NULL, PRIMARY KEY (course_id, person_id)
);
CREATE TABLE IF NOT EXISTS link (
    id INTEGER PRIMARY KEY AUTOINCREMENT, course_id INTEGER NOT NULL REFERENCES course, title TEXT NOT NULL,
    text TEXT NOT NULL, url TEXT NOT NULL, custom TEXT NOT NULL, opens TEXT NOT NULL, tool TEXT NOT NULL DEFAULT '',
    history TEXT NOT NULL DEFAULT '[]', dates TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS line_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT, course_id INTEGER NOT NULL REFERENCES course,
    link_id INTEGER REFERENCES link ON DELETE CASCADE, label TEXT NOT NULL, score_maximum REAL NOT NULL,
    resource_id TEXT NOT NULL, tag TEXT NOT NULL, starts_at TEXT, ends_at TEXT, grades_released INTEGER,
    review TEXT, belongs_to_activity INTEGER NOT NULL, is_locked INTEGER NOT NULL DEFAULT 0,
    tool TEXT NOT NULL DEFAULT '', most_attempts INTEGER, extensions TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS grade (
    line_item_id INTEGER NOT NULL REFERENCES line_item ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person, raw REAL, comment TEXT NOT NULL DEFAULT '',
    grading TEXT NOT NULL DEFAULT '', scored_at TEXT, override REAL, override_comment TEXT NOT NULL DEFAULT '',
    override_at TEXT, is_locked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (line_item_id, person_id)
);
CREATE TABLE IF NOT EXISTS attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT, line_item_id INTEGER NOT NULL REFERENCES line_item ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person, submitted_at TEXT NOT NULL, extension TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS score_call (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL,
    status INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS token (
    hash TEXT PRIMARY KEY, scopes TEXT NOT NULL, expires_at TEXT NOT NULL, tool TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS used_jti (jti TEXT PRIMARY KEY, expires_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS used_nonce (nonce TEXT PRIMARY KEY, used_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hint (
    hint TEXT PRIMARY KEY, person_id INTEGER NOT NULL, course_id INTEGER NOT NULL, link_id INTEGER,
    opens TEXT NOT NULL, tool TEXT NOT NULL, line_item_id INTEGER, for_person_id INTEGER,
    expires_at TEXT NOT NULL, used_at TEXT
);
CREATE TABLE IF NOT EXISTS deep_link_request (
    request TEXT PRIMARY KEY, data TEXT, course_id INTEGER NOT NULL, tool TEXT NOT NULL,
    expires_at TEXT NOT NULL, used_at TEXT
);
CREATE TABLE IF NOT EXISTS tool (
    number INTEGER PRIMARY KEY AUTOINCREMENT, client_id TEXT NOT NULL UNIQUE, stage TEXT NOT NULL,
    registration TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS registration_token (
    hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT
);
CREATE TABLE IF NOT EXISTS notice_handler (
    tool TEXT NOT NULL, deployment_id TEXT NOT NULL, notice_type TEXT NOT NULL, handler TEXT NOT NULL,
    PRIMARY KEY (tool, deployment_id, notice_type)
);
CREATE TABLE IF NOT EXISTS notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, notice_type TEXT NOT NULL, handler TEXT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, target TEXT NOT NULL, remaining INTEGER,
    probability REAL NOT NULL, amount INTEGER NOT NULL
);
"""

FORGOTTEN_BY_RESET = (
    "notice",
    "notice_handler",
    "registration_token",
    "tool",
    "setting",
    "fault",
    "deep_link_request",
    "hint",
    "used_nonce",
    "used_jti",
    "token",
    "score_call",
    "attempt",
    "grade",
    "line_item",
    "link",
    "enrolment",
    "course",
    "person",
)
"""Everything but the signing key, which tools may have cached.  Children come before their parents."""
