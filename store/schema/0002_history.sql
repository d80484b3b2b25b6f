-- What was changed through the API, when and by whom; and the answers to requests that may be
-- repeated. Messages are opaque here: bytes that the server makes and reads.

-- A change keeps the state before it and not the one after: that is the state before the next change
-- of the same resource, or the resource as it is. So what was there before the log began is known.
CREATE TABLE change (
  revision      INTEGER PRIMARY KEY CHECK (revision > 0),
  time          INTEGER NOT NULL,
  collection    TEXT NOT NULL CHECK (collection <> ''),
  id            TEXT NOT NULL CHECK (id <> ''),
  action        TEXT NOT NULL CHECK (action IN ('CREATED', 'UPDATED', 'DELETED')),
  actor         TEXT NOT NULL,  -- as the server saw it
  claimed_actor TEXT NOT NULL,  -- as the caller said
  state_before  BLOB,
  CHECK ((action = 'CREATED') = (state_before IS NULL))
) STRICT;
CREATE INDEX change_of_resource ON change (collection, id);  -- and revision: it is the row id

-- The state of every resource is known at `begins` and after it; the changes up to it are gone.
CREATE TABLE change_log (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  begins INTEGER NOT NULL CHECK (begins >= 0),
  kept   INTEGER NOT NULL CHECK (kept >= 0)  -- rows of change: counting them takes too long
) STRICT;
INSERT INTO change_log (id, begins, kept) SELECT 1, revision, 0 FROM meta;

-- Rows go in and out in order of sequence, without gaps, so that the ends tell how many there are.
CREATE TABLE request (
  sequence INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE CHECK (id <> ''),
  method   TEXT NOT NULL,
  digest   INTEGER NOT NULL,
  answer   BLOB NOT NULL,
  time     INTEGER NOT NULL
) STRICT;
