-- The tables that are written most, made anew: for "IN" with three values SQLite makes a table of
-- them each time a row is checked, which took a sixth of all that a lease or a host costs. Compared
-- one by one they cost nothing.

CREATE TABLE new_lease (
  address     INTEGER PRIMARY KEY CHECK (address BETWEEN 1 AND 4294967295),
  htype       INTEGER NOT NULL CHECK (htype BETWEEN 0 AND 255),
  chaddr      BLOB NOT NULL CHECK (length(chaddr) <= 16),
  client_id   BLOB NOT NULL,
  host_name   TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state = 'BOUND' OR state = 'RELEASED' OR state = 'DECLINED'),
  starts      INTEGER NOT NULL,
  ends        INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  relay_agent BLOB NOT NULL,
  revision    INTEGER NOT NULL
) STRICT;
INSERT INTO new_lease (address, htype, chaddr, client_id, host_name, state, starts, ends, kind,
                       relay_agent, revision)
  SELECT address, htype, chaddr, client_id, host_name, state, starts, ends, kind, relay_agent,
         revision
  FROM lease ORDER BY address;
DROP TABLE lease;
ALTER TABLE new_lease RENAME TO lease;

CREATE TABLE new_change (
  revision      INTEGER PRIMARY KEY CHECK (revision > 0),
  time          INTEGER NOT NULL,
  collection    TEXT NOT NULL CHECK (collection <> ''),
  id            TEXT NOT NULL CHECK (id <> ''),
  action        TEXT NOT NULL CHECK (action = 'CREATED' OR action = 'UPDATED' OR action = 'DELETED'),
  actor         TEXT NOT NULL,  -- as the server saw it
  claimed_actor TEXT NOT NULL,  -- as the caller said
  state_before  BLOB,
  CHECK ((action = 'CREATED') = (state_before IS NULL))
) STRICT;
INSERT INTO new_change (revision, time, collection, id, action, actor, claimed_actor, state_before)
  SELECT revision, time, collection, id, action, actor, claimed_actor, state_before
  FROM change ORDER BY revision;
DROP TABLE change;
ALTER TABLE new_change RENAME TO change;
CREATE INDEX change_of_resource ON change (collection, id);  -- and revision: it is the row id

-- A host that boots its disk for now keeps the profile it is to have afterwards.
CREATE TABLE new_host (
  id                      TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  uid                     TEXT NOT NULL UNIQUE CHECK (uid <> ''),
  uuid                    TEXT UNIQUE,
  profile                 TEXT REFERENCES profile (id),
  serial                  TEXT NOT NULL,
  local_boot              INTEGER NOT NULL CHECK (local_boot IN (0, 1)),
  answers                 TEXT NOT NULL CHECK (
    answers = 'ALL' OR answers = 'ADDRESS_ONLY' OR answers = 'NOTHING'),
  state                   TEXT NOT NULL CHECK (
    state = 'APPROVED' OR state = 'DISCOVERED' OR state = 'REJECTED'),
  discovered_in           TEXT,  -- a subnet that may be gone since: a memory, no reference
  discovered_kind         TEXT CHECK ((discovered_kind IS NULL) = (discovered_in IS NULL)),
  discovered_vendor_class TEXT CHECK ((discovered_vendor_class IS NULL) = (discovered_in IS NULL)),
  discovered_circuit_id   TEXT CHECK ((discovered_circuit_id IS NULL) = (discovered_in IS NULL)),
  first_seen              INTEGER CHECK ((first_seen IS NULL) = (discovered_in IS NULL)),
  revision                INTEGER NOT NULL,
  created                 INTEGER NOT NULL,
  updated                 INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO new_host (id, uid, uuid, profile, serial, local_boot, answers, state, discovered_in,
                      discovered_kind, discovered_vendor_class, discovered_circuit_id, first_seen,
                      revision, created, updated)
  SELECT id, uid, uuid, profile, serial, local_boot, answers, state, discovered_in, discovered_kind,
         discovered_vendor_class, discovered_circuit_id, first_seen, revision, created, updated
  FROM host ORDER BY id;
DROP TABLE host;
ALTER TABLE new_host RENAME TO host;
CREATE INDEX host_profile ON host (profile) WHERE profile IS NOT NULL;
CREATE INDEX host_discovered ON host (discovered_in, state)  -- to count them
  WHERE state = 'DISCOVERED';

CREATE TABLE new_nic (
  mac       TEXT NOT NULL PRIMARY KEY,
  host      TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL CHECK (position >= 0),
  address   INTEGER UNIQUE CHECK (address BETWEEN 1 AND 4294967295),
  host_name TEXT NOT NULL,
  answers   TEXT NOT NULL CHECK (
    answers = 'ALL' OR answers = 'ADDRESS_ONLY' OR answers = 'NOTHING'),
  UNIQUE (host, position)
) STRICT, WITHOUT ROWID;
INSERT INTO new_nic (mac, host, position, address, host_name, answers)
  SELECT mac, host, position, address, host_name, answers FROM nic ORDER BY mac;
DROP TABLE nic;
ALTER TABLE new_nic RENAME TO nic;
