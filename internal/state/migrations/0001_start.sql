-- +goose Up
PRAGMA application_id = 1347177538; -- "PLMB": tells our files from those of other programs

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE lease (
    workspace TEXT PRIMARY KEY,
    holder    TEXT    NOT NULL,
    what      TEXT    NOT NULL,
    until     INTEGER NOT NULL
) STRICT;

CREATE TABLE source (
    id          INTEGER PRIMARY KEY,
    workspace   TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    loaded      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (workspace, name, fingerprint)
) STRICT;

-- One row for each day of a kind of fact that was read, whether or not it held anything.
CREATE TABLE held (
    source INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    kind   INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    PRIMARY KEY (source, kind, day)
) STRICT, WITHOUT ROWID;

-- The facts of a day; relation is empty where a kind is not kept table by table.
CREATE TABLE fact (
    source   INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    kind     INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    relation TEXT    NOT NULL,
    body     BLOB    NOT NULL,
    PRIMARY KEY (source, kind, day, relation)
) STRICT;

CREATE TABLE audit (
    workspace TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    as_of     INTEGER NOT NULL,
    finished  INTEGER NOT NULL,
    header    TEXT    NOT NULL,
    PRIMARY KEY (workspace, id)
) STRICT;

-- How each source stood at its newest audit.
CREATE TABLE audited (
    workspace   TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    last        INTEGER NOT NULL,
    PRIMARY KEY (workspace, source)
) STRICT;

CREATE TABLE incident (
    workspace TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    opened    INTEGER NOT NULL,
    closed    INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    PRIMARY KEY (workspace, key)
) STRICT;
CREATE INDEX incident_by_id ON incident (workspace, id);

CREATE TABLE handling (
    workspace TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    PRIMARY KEY (workspace, key)
) STRICT;

CREATE TABLE trail (
    id        INTEGER PRIMARY KEY,
    workspace TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    who       TEXT    NOT NULL,
    what      TEXT    NOT NULL,
    why       TEXT    NOT NULL
) STRICT;
CREATE INDEX trail_by_key ON trail (workspace, key);

CREATE TABLE outbox (
    position  INTEGER PRIMARY KEY,
    workspace TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    route     TEXT    NOT NULL,
    incidents TEXT    NOT NULL,
    due       INTEGER NOT NULL,
    body      BLOB    NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0,
    retry     INTEGER NOT NULL DEFAULT 0,
    problem   TEXT    NOT NULL DEFAULT '',
    given_up  INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0,
    thread    TEXT    NOT NULL DEFAULT '',
    UNIQUE (workspace, id)
) STRICT;

CREATE TABLE told (
    id        INTEGER PRIMARY KEY,
    workspace TEXT    NOT NULL,
    incident  TEXT    NOT NULL,
    channel   TEXT    NOT NULL,
    thread    TEXT    NOT NULL,
    what      INTEGER NOT NULL,
    severity  INTEGER NOT NULL,
    rows      INTEGER NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX told_by_incident ON told (workspace, incident);
