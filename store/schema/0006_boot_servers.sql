-- Boot servers of hosts and of profiles, and the plain boot file of subnets.

ALTER TABLE subnet ADD COLUMN plain_boot_file TEXT NOT NULL DEFAULT '';
ALTER TABLE subnet ADD COLUMN plain_next_server INTEGER
  CHECK (plain_next_server IS NULL
         OR (plain_next_server BETWEEN 1 AND 4294967295 AND plain_boot_file <> ''));

ALTER TABLE profile ADD COLUMN next_server INTEGER CHECK (next_server BETWEEN 1 AND 4294967295);
ALTER TABLE host ADD COLUMN next_server INTEGER CHECK (next_server BETWEEN 1 AND 4294967295);
