-- Whose a pool is, which of its addresses it gives, and what hosts are found by beyond MAC and UUID.

ALTER TABLE subnet ADD COLUMN edge_addresses INTEGER NOT NULL DEFAULT 0
  CHECK (edge_addresses IN (0, 1));
ALTER TABLE subnet ADD COLUMN reuse_declined INTEGER NOT NULL DEFAULT 0
  CHECK (reuse_declined IN (0, 1));
ALTER TABLE subnet ADD COLUMN ping_check INTEGER NOT NULL DEFAULT 0
  CHECK (ping_check IN (0, 1));
ALTER TABLE subnet ADD COLUMN trust_subnet_selection INTEGER NOT NULL DEFAULT 0
  CHECK (trust_subnet_selection IN (0, 1));
ALTER TABLE subnet ADD COLUMN trust_direct_relay_agent INTEGER NOT NULL DEFAULT 1
  CHECK (trust_direct_relay_agent IN (0, 1));
ALTER TABLE subnet ADD COLUMN min_secs INTEGER NOT NULL DEFAULT 0
  CHECK (min_secs BETWEEN 0 AND 60);

CREATE TABLE pool_guard (
  subnet              TEXT NOT NULL REFERENCES subnet (id) ON DELETE CASCADE,
  position            INTEGER NOT NULL CHECK (position >= 0),
  first               INTEGER NOT NULL CHECK (first BETWEEN 1 AND 4294967295),
  last                INTEGER NOT NULL CHECK (last BETWEEN first AND 4294967295),
  clients             TEXT NOT NULL CHECK (clients IN ('ANYBODY', 'KNOWN', 'UNKNOWN')),
  vendor_class_prefix TEXT NOT NULL,
  PRIMARY KEY (subnet, position),
  UNIQUE (subnet, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE pool_guard_kind (
  subnet TEXT NOT NULL,
  guard  INTEGER NOT NULL,
  kind   TEXT NOT NULL CHECK (kind <> ''),
  PRIMARY KEY (subnet, guard, kind),
  FOREIGN KEY (subnet, guard) REFERENCES pool_guard (subnet, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE subnet_host_key (
  subnet   TEXT NOT NULL REFERENCES subnet (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  host_key TEXT NOT NULL
    CHECK (host_key IN ('MAC', 'UUID', 'CLIENT_ID', 'CIRCUIT_ID', 'REMOTE_ID')),
  PRIMARY KEY (subnet, position),
  UNIQUE (subnet, host_key)
) STRICT, WITHOUT ROWID;
INSERT INTO subnet_host_key (subnet, position, host_key) SELECT id, 0, 'MAC' FROM subnet;
INSERT INTO subnet_host_key (subnet, position, host_key) SELECT id, 1, 'UUID' FROM subnet;

CREATE TABLE host_client_id (
  client_id BLOB NOT NULL PRIMARY KEY CHECK (length(client_id) BETWEEN 2 AND 255),
  host      TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL CHECK (position >= 0),
  UNIQUE (host, position)
) STRICT, WITHOUT ROWID;

ALTER TABLE host ADD COLUMN circuit_id TEXT NOT NULL DEFAULT '';
ALTER TABLE host ADD COLUMN remote_id TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX host_circuit_id ON host (circuit_id) WHERE circuit_id <> '';
CREATE UNIQUE INDEX host_remote_id ON host (remote_id) WHERE remote_id <> '';

-- Made anew: NICs of one host may share an address. Those of two hosts are kept apart by whoever
-- writes them.
CREATE TABLE new_nic (
  mac       TEXT NOT NULL PRIMARY KEY,
  host      TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL CHECK (position >= 0),
  address   INTEGER CHECK (address BETWEEN 1 AND 4294967295),
  host_name TEXT NOT NULL,
  answers   TEXT NOT NULL CHECK (
    answers = 'ALL' OR answers = 'ADDRESS_ONLY' OR answers = 'NOTHING'),
  UNIQUE (host, position)
) STRICT, WITHOUT ROWID;
INSERT INTO new_nic (mac, host, position, address, host_name, answers)
  SELECT mac, host, position, address, host_name, answers FROM nic ORDER BY mac;
DROP TABLE nic;
ALTER TABLE new_nic RENAME TO nic;
CREATE INDEX nic_address ON nic (address);
