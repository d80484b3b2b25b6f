-- Quirks: what clients of some sort are told otherwise. An action that is NULL is not spoken of.

CREATE TABLE quirk (
  id                  TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  priority            INTEGER NOT NULL UNIQUE CHECK (priority BETWEEN 0 AND 4294967295),
  mac_prefix          BLOB NOT NULL CHECK (length(mac_prefix) <= 6),
  vendor_class_prefix TEXT NOT NULL,
  vendor_options      TEXT CHECK (vendor_options IN ('USUAL', 'OMITTED', 'GIVEN')),
  vendor_bytes        BLOB NOT NULL CHECK (length(vendor_bytes) <= 255),
  vendor_class        TEXT,
  omit_boot_option    INTEGER CHECK (omit_boot_option IN (0, 1)),
  nul_in_length       INTEGER CHECK (nul_in_length IN (0, 1)),
  broadcast           INTEGER CHECK (broadcast IN (0, 1)),
  pad_to              INTEGER CHECK (pad_to = 0 OR pad_to BETWEEN 300 AND 1472),
  delay_ms            INTEGER CHECK (delay_ms BETWEEN 0 AND 10000),
  why                 TEXT NOT NULL,
  revision            INTEGER NOT NULL,
  created             INTEGER NOT NULL,
  updated             INTEGER NOT NULL,
  CHECK ((vendor_options IS 'GIVEN') = (vendor_bytes <> x''))
) STRICT, WITHOUT ROWID;

CREATE TABLE quirk_kind (
  quirk TEXT NOT NULL REFERENCES quirk (id) ON DELETE CASCADE,
  kind  TEXT NOT NULL CHECK (kind <> ''),
  PRIMARY KEY (quirk, kind)
) STRICT, WITHOUT ROWID;
