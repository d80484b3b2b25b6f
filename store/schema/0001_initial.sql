-- The first schema. Text in enum columns is the enum's name; times are seconds since 1970, UTC;
-- IPv4 addresses are integers in host order; MAC addresses and UUIDs are text in canonical form.
-- Empty strings stand for "none", but for references, which are NULL so that they can be checked.

CREATE TABLE meta (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL CHECK (revision >= 0)  -- grows by one with every write
) STRICT;
INSERT INTO meta (id, revision) VALUES (1, 0);

CREATE TABLE profile (
  id            TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  default_entry TEXT NOT NULL,
  prompt        INTEGER NOT NULL CHECK (prompt IN (0, 1)),
  timeout_ds    INTEGER NOT NULL CHECK (timeout_ds BETWEEN 0 AND 4294967295),
  on_timeout    TEXT NOT NULL,
  display       TEXT NOT NULL,
  ui            TEXT NOT NULL,
  menu_title    TEXT NOT NULL,
  revision      INTEGER NOT NULL,
  created       INTEGER NOT NULL,
  updated       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE profile_loader (
  profile TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  kind    TEXT NOT NULL CHECK (kind <> ''),
  file    TEXT NOT NULL CHECK (file <> ''),
  PRIMARY KEY (profile, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE profile_entry (
  profile    TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL CHECK (position >= 0),
  name       TEXT NOT NULL CHECK (name <> ''),
  title      TEXT NOT NULL,
  kernel     TEXT NOT NULL,
  arguments  TEXT NOT NULL,
  local_boot INTEGER NOT NULL CHECK (local_boot IN (0, 1)),
  PRIMARY KEY (profile, position),
  UNIQUE (profile, name),
  CHECK ((kernel = '') = local_boot)  -- either a kernel or the local disk
) STRICT, WITHOUT ROWID;

CREATE TABLE profile_initrd (
  profile  TEXT NOT NULL,
  entry    INTEGER NOT NULL,
  position INTEGER NOT NULL CHECK (position >= 0),
  path     TEXT NOT NULL CHECK (path <> ''),
  PRIMARY KEY (profile, entry, position),
  FOREIGN KEY (profile, entry) REFERENCES profile_entry (profile, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE profile_function_key (
  profile TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  key     INTEGER NOT NULL CHECK (key BETWEEN 1 AND 12),
  file    TEXT NOT NULL CHECK (file <> ''),
  PRIMARY KEY (profile, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE profile_variable (
  profile TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  name    TEXT NOT NULL CHECK (name <> ''),
  value   TEXT NOT NULL,
  PRIMARY KEY (profile, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE subnet (
  id               TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  address          INTEGER NOT NULL UNIQUE CHECK (address BETWEEN 0 AND 4294967295),
  length           INTEGER NOT NULL CHECK (length BETWEEN 0 AND 32),
  domain_name      TEXT NOT NULL,
  default_lease    INTEGER NOT NULL,
  min_lease        INTEGER NOT NULL CHECK (min_lease > 0),
  max_lease        INTEGER NOT NULL CHECK (max_lease <= 4294967295),
  next_server      INTEGER CHECK (next_server BETWEEN 1 AND 4294967295),
  default_profile  TEXT REFERENCES profile (id),
  unknown_machines TEXT NOT NULL CHECK (unknown_machines IN ('IGNORE', 'ADDRESS_ONLY', 'PROFILE')),
  unknown_profile  TEXT REFERENCES profile (id),
  authoritative    INTEGER NOT NULL CHECK (authoritative IN (0, 1)),
  always_broadcast INTEGER NOT NULL CHECK (always_broadcast IN (0, 1)),
  revision         INTEGER NOT NULL,
  created          INTEGER NOT NULL,
  updated          INTEGER NOT NULL,
  CHECK (min_lease <= default_lease AND default_lease <= max_lease),
  CHECK ((unknown_machines = 'PROFILE') = (unknown_profile IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX subnet_default_profile ON subnet (default_profile);
CREATE INDEX subnet_unknown_profile ON subnet (unknown_profile);

CREATE TABLE pool (
  subnet   TEXT NOT NULL REFERENCES subnet (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  first    INTEGER NOT NULL CHECK (first BETWEEN 1 AND 4294967295),
  last     INTEGER NOT NULL CHECK (last BETWEEN first AND 4294967295),
  PRIMARY KEY (subnet, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE subnet_server (
  subnet   TEXT NOT NULL REFERENCES subnet (id) ON DELETE CASCADE,
  service  TEXT NOT NULL CHECK (service IN ('ROUTER', 'DNS', 'NTP')),
  position INTEGER NOT NULL CHECK (position >= 0),
  address  INTEGER NOT NULL CHECK (address BETWEEN 1 AND 4294967295),
  PRIMARY KEY (subnet, service, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE host (
  id       TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  uid      TEXT NOT NULL UNIQUE CHECK (uid <> ''),
  uuid     TEXT UNIQUE,
  profile  TEXT REFERENCES profile (id),
  revision INTEGER NOT NULL,
  created  INTEGER NOT NULL,
  updated  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX host_profile ON host (profile);

CREATE TABLE nic (
  mac       TEXT NOT NULL PRIMARY KEY,
  host      TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL CHECK (position >= 0),
  address   INTEGER UNIQUE CHECK (address BETWEEN 1 AND 4294967295),
  host_name TEXT NOT NULL,
  UNIQUE (host, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE host_label (
  host  TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
  name  TEXT NOT NULL CHECK (name <> ''),
  value TEXT NOT NULL,
  PRIMARY KEY (host, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE host_variable (
  host  TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
  name  TEXT NOT NULL CHECK (name <> ''),
  value TEXT NOT NULL,
  PRIMARY KEY (host, name)
) STRICT, WITHOUT ROWID;

-- Narrow on purpose: every ACK writes one row. One address per client is kept by the lease book. Its
-- checks refuse only what the types of the code cannot hold: one bad lease fails its whole group.
CREATE TABLE lease (
  address     INTEGER PRIMARY KEY CHECK (address BETWEEN 1 AND 4294967295),
  htype       INTEGER NOT NULL CHECK (htype BETWEEN 0 AND 255),
  chaddr      BLOB NOT NULL CHECK (length(chaddr) <= 16),
  client_id   BLOB NOT NULL,
  host_name   TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('BOUND', 'RELEASED')),
  starts      INTEGER NOT NULL,
  ends        INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  relay_agent BLOB NOT NULL,
  revision    INTEGER NOT NULL
) STRICT;
