-- Addresses that a client found in use by somebody else. A check cannot be changed in place: the table
-- is made anew, as narrow as it was and for the same reason.

CREATE TABLE lease_now (
  address     INTEGER PRIMARY KEY CHECK (address BETWEEN 1 AND 4294967295),
  htype       INTEGER NOT NULL CHECK (htype BETWEEN 0 AND 255),
  chaddr      BLOB NOT NULL CHECK (length(chaddr) <= 16),
  client_id   BLOB NOT NULL,
  host_name   TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('BOUND', 'RELEASED', 'DECLINED')),
  starts      INTEGER NOT NULL,
  ends        INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  relay_agent BLOB NOT NULL,
  revision    INTEGER NOT NULL
) STRICT;
INSERT INTO lease_now (address, htype, chaddr, client_id, host_name, state, starts, ends, kind,
                       relay_agent, revision)
SELECT address, htype, chaddr, client_id, host_name, state, starts, ends, kind, relay_agent, revision
FROM lease ORDER BY address;
DROP TABLE lease;
ALTER TABLE lease_now RENAME TO lease;
