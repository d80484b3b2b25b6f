-- Boot servers of hosts and of profiles, the plain boot file of subnets, and hosts that boot their
-- disk for a while and keep their profile.

ALTER TABLE subnet ADD COLUMN plain_boot_file TEXT NOT NULL DEFAULT '';
ALTER TABLE subnet ADD COLUMN plain_next_server INTEGER
  CHECK (plain_next_server IS NULL
         OR (plain_next_server BETWEEN 1 AND 4294967295 AND plain_boot_file <> ''));

ALTER TABLE profile ADD COLUMN next_server INTEGER CHECK (next_server BETWEEN 1 AND 4294967295);
ALTER TABLE host ADD COLUMN next_server INTEGER CHECK (next_server BETWEEN 1 AND 4294967295);

-- The check of a column cannot be changed, so its values move to one without.
ALTER TABLE host ADD COLUMN boots_its_disk INTEGER NOT NULL DEFAULT 0
  CHECK (boots_its_disk IN (0, 1));
UPDATE host SET boots_its_disk = local_boot WHERE local_boot = 1;
ALTER TABLE host DROP COLUMN local_boot;
ALTER TABLE host RENAME COLUMN boots_its_disk TO local_boot;
