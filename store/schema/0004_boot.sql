-- What a machine boots: parents of profiles, templates, rules, discovered hosts.

CREATE TABLE template (
  id           TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  content_type TEXT NOT NULL,
  text         TEXT NOT NULL,
  revision     INTEGER NOT NULL,
  created      INTEGER NOT NULL,
  updated      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which other templates the text of one includes.
CREATE TABLE template_partial (
  template TEXT NOT NULL REFERENCES template (id) ON DELETE CASCADE,
  partial  TEXT NOT NULL REFERENCES template (id) CHECK (partial <> template),
  PRIMARY KEY (template, partial)
) STRICT, WITHOUT ROWID;
CREATE INDEX template_partial_user ON template_partial (partial);

ALTER TABLE profile ADD COLUMN parent TEXT REFERENCES profile (id) CHECK (parent <> id);
CREATE INDEX profile_parent ON profile (parent);

CREATE TABLE profile_option (
  profile  TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  code     INTEGER NOT NULL CHECK (code BETWEEN 1 AND 254),
  value    BLOB NOT NULL CHECK (length(value) BETWEEN 1 AND 255),
  always   INTEGER NOT NULL CHECK (always IN (0, 1)),
  PRIMARY KEY (profile, position),
  UNIQUE (profile, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE profile_config (
  profile  TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  flavour  TEXT NOT NULL CHECK (flavour <> ''),
  template TEXT NOT NULL REFERENCES template (id),
  PRIMARY KEY (profile, flavour)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_config_template ON profile_config (template);

CREATE TABLE profile_file (
  profile  TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  path     TEXT NOT NULL CHECK (path <> ''),
  template TEXT NOT NULL REFERENCES template (id),
  PRIMARY KEY (profile, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_file_template ON profile_file (template);

-- The checks of a table cannot be changed, so the tables whose checks are too narrow are made anew.
-- Rows that refer to them stay as they are: they name the table that takes the old one's place.

CREATE TABLE new_profile_entry (
  profile    TEXT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL CHECK (position >= 0),
  name       TEXT NOT NULL CHECK (name <> ''),
  title      TEXT NOT NULL,
  kernel     TEXT NOT NULL,
  arguments  TEXT NOT NULL,
  chain      TEXT NOT NULL,
  disk_image TEXT NOT NULL,
  local_boot INTEGER NOT NULL CHECK (local_boot IN (0, 1)),
  sysappend  INTEGER NOT NULL CHECK (sysappend BETWEEN 0 AND 4294967295),
  PRIMARY KEY (profile, position),
  UNIQUE (profile, name),
  CHECK ((kernel <> '') + (chain <> '') + (disk_image <> '') + local_boot = 1)
) STRICT, WITHOUT ROWID;
INSERT INTO new_profile_entry (profile, position, name, title, kernel, arguments, chain, disk_image,
                               local_boot, sysappend)
  SELECT profile, position, name, title, kernel, arguments, '', '', local_boot, 0
  FROM profile_entry;
DROP TABLE profile_entry;
ALTER TABLE new_profile_entry RENAME TO profile_entry;

CREATE TABLE new_subnet (
  id               TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  address          INTEGER NOT NULL UNIQUE CHECK (address BETWEEN 0 AND 4294967295),
  length           INTEGER NOT NULL CHECK (length BETWEEN 0 AND 32),
  domain_name      TEXT NOT NULL,
  default_lease    INTEGER NOT NULL,
  min_lease        INTEGER NOT NULL CHECK (min_lease > 0),
  max_lease        INTEGER NOT NULL CHECK (max_lease <= 4294967295),
  next_server      INTEGER CHECK (next_server BETWEEN 1 AND 4294967295),
  default_profile  TEXT REFERENCES profile (id),
  unknown_machines TEXT NOT NULL CHECK (
    unknown_machines IN ('IGNORE', 'ADDRESS_ONLY', 'PROFILE', 'LOCAL', 'DISCOVER')),
  unknown_profile  TEXT REFERENCES profile (id),
  authoritative    INTEGER NOT NULL CHECK (authoritative IN (0, 1)),
  always_broadcast INTEGER NOT NULL CHECK (always_broadcast IN (0, 1)),
  revision         INTEGER NOT NULL,
  created          INTEGER NOT NULL,
  updated          INTEGER NOT NULL,
  CHECK (min_lease <= default_lease AND default_lease <= max_lease),
  CHECK (unknown_machines = 'DISCOVER'
         OR (unknown_machines = 'PROFILE') = (unknown_profile IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO new_subnet (id, address, length, domain_name, default_lease, min_lease, max_lease,
                        next_server, default_profile, unknown_machines, unknown_profile,
                        authoritative, always_broadcast, revision, created, updated)
  SELECT id, address, length, domain_name, default_lease, min_lease, max_lease, next_server,
         default_profile, unknown_machines, unknown_profile, authoritative, always_broadcast,
         revision, created, updated
  FROM subnet;
DROP TABLE subnet;
ALTER TABLE new_subnet RENAME TO subnet;
CREATE INDEX subnet_default_profile ON subnet (default_profile);
CREATE INDEX subnet_unknown_profile ON subnet (unknown_profile);

-- A host that was discovered says where. That subnet may be gone since: it is a memory, no
-- reference.
ALTER TABLE host ADD COLUMN serial TEXT NOT NULL DEFAULT '';
ALTER TABLE host ADD COLUMN local_boot INTEGER NOT NULL DEFAULT 0
  CHECK (local_boot = 0 OR (local_boot = 1 AND profile IS NULL));
ALTER TABLE host ADD COLUMN answers TEXT NOT NULL DEFAULT 'ALL'
  CHECK (answers IN ('ALL', 'ADDRESS_ONLY', 'NOTHING'));
ALTER TABLE host ADD COLUMN state TEXT NOT NULL DEFAULT 'APPROVED'
  CHECK (state IN ('APPROVED', 'DISCOVERED', 'REJECTED'));
ALTER TABLE host ADD COLUMN discovered_in TEXT;
ALTER TABLE host ADD COLUMN discovered_kind TEXT
  CHECK ((discovered_kind IS NULL) = (discovered_in IS NULL));
ALTER TABLE host ADD COLUMN discovered_vendor_class TEXT
  CHECK ((discovered_vendor_class IS NULL) = (discovered_in IS NULL));
ALTER TABLE host ADD COLUMN discovered_circuit_id TEXT
  CHECK ((discovered_circuit_id IS NULL) = (discovered_in IS NULL));
ALTER TABLE host ADD COLUMN first_seen INTEGER
  CHECK ((first_seen IS NULL) = (discovered_in IS NULL));
CREATE INDEX host_discovered ON host (discovered_in, state)  -- to count them
  WHERE state = 'DISCOVERED';

ALTER TABLE nic ADD COLUMN answers TEXT NOT NULL DEFAULT 'ALL'
  CHECK (answers IN ('ALL', 'ADDRESS_ONLY', 'NOTHING'));

CREATE TABLE rule (
  id                  TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  priority            INTEGER NOT NULL UNIQUE CHECK (priority BETWEEN 0 AND 4294967295),
  mac_prefix          TEXT NOT NULL,
  uuid                TEXT,
  vendor_class_prefix TEXT NOT NULL,
  subnet              TEXT REFERENCES subnet (id),
  circuit_id          TEXT NOT NULL,
  action              TEXT NOT NULL CHECK (action IN ('PROFILE', 'LOCAL', 'IGNORE', 'DISCOVER')),
  profile             TEXT REFERENCES profile (id),
  revision            INTEGER NOT NULL,
  created             INTEGER NOT NULL,
  updated             INTEGER NOT NULL,
  CHECK (action = 'DISCOVER' OR (action = 'PROFILE') = (profile IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_subnet ON rule (subnet);
CREATE INDEX rule_profile ON rule (profile);

CREATE TABLE rule_label (
  rule  TEXT NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
  name  TEXT NOT NULL CHECK (name <> ''),
  value TEXT NOT NULL,
  PRIMARY KEY (rule, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE rule_kind (
  rule TEXT NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind <> ''),
  PRIMARY KEY (rule, kind)
) STRICT, WITHOUT ROWID;
