-- How a subnet is served: modes, links, identities, BOOTP, options of subnets and hosts.

ALTER TABLE subnet ADD COLUMN mode TEXT NOT NULL DEFAULT 'FULL'
  CHECK (mode IN ('FULL', 'PROXY', 'RESERVATIONS_ONLY', 'OFF'));
ALTER TABLE subnet ADD COLUMN shared_network TEXT NOT NULL DEFAULT '';
ALTER TABLE subnet ADD COLUMN identity TEXT NOT NULL DEFAULT 'MAC'
  CHECK (identity IN ('MAC', 'CLIENT_ID', 'AUTO'));
ALTER TABLE subnet ADD COLUMN bootp TEXT NOT NULL DEFAULT 'STATIC'
  CHECK (bootp IN ('STATIC', 'DYNAMIC', 'OFF'));
ALTER TABLE subnet ADD COLUMN rapid_commit INTEGER NOT NULL DEFAULT 0
  CHECK (rapid_commit IN (0, 1));
ALTER TABLE subnet ADD COLUMN echo_client_id INTEGER NOT NULL DEFAULT 1
  CHECK (echo_client_id IN (0, 1));

CREATE TABLE subnet_relay (
  address  INTEGER NOT NULL PRIMARY KEY CHECK (address BETWEEN 1 AND 4294967295),
  subnet   TEXT NOT NULL REFERENCES subnet (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  UNIQUE (subnet, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE subnet_option (
  subnet   TEXT NOT NULL REFERENCES subnet (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  code     INTEGER NOT NULL CHECK (code BETWEEN 1 AND 254),
  value    BLOB NOT NULL CHECK (length(value) BETWEEN 1 AND 1024),
  always   INTEGER NOT NULL CHECK (always IN (0, 1)),
  PRIMARY KEY (subnet, position),
  UNIQUE (subnet, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE host_option (
  host     TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  code     INTEGER NOT NULL CHECK (code BETWEEN 1 AND 254),
  value    BLOB NOT NULL CHECK (length(value) BETWEEN 1 AND 1024),
  always   INTEGER NOT NULL CHECK (always IN (0, 1)),
  PRIMARY KEY (host, position),
  UNIQUE (host, code)
) STRICT, WITHOUT ROWID;

-- Values may be longer than one piece on the wire.
CREATE TABLE new_profile_option (
  profile  TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  code     INTEGER NOT NULL CHECK (code BETWEEN 1 AND 254),
  value    BLOB NOT NULL CHECK (length(value) BETWEEN 1 AND 1024),
  always   INTEGER NOT NULL CHECK (always IN (0, 1)),
  PRIMARY KEY (profile, position),
  UNIQUE (profile, code)
) STRICT, WITHOUT ROWID;
INSERT INTO new_profile_option (profile, position, code, value, always)
  SELECT profile, position, code, value, always FROM profile_option;
DROP TABLE profile_option;
ALTER TABLE new_profile_option RENAME TO profile_option;

-- Whether the client identifier is who the client is, in place of its hardware address.
ALTER TABLE lease ADD COLUMN by_client_id INTEGER NOT NULL DEFAULT 0
  CHECK (by_client_id IN (0, 1));
