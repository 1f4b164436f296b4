-- +goose Up
-- What people said beforehand that will be found. One that was taken back stays, for the trail.
CREATE TABLE expectation (
    id        INTEGER PRIMARY KEY,
    workspace TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    who       TEXT    NOT NULL,
    taken     INTEGER NOT NULL DEFAULT 0, -- when it was taken back
    taker     TEXT    NOT NULL DEFAULT '',
    body      TEXT    NOT NULL
) STRICT;
