-- Of three values in a list SQLite makes a table, anew for each row that is checked: that was a sixth
-- of what a lease cost. The check says the same in other words, and the rows stay as they are
-- (https://sqlite.org/lang_altertable.html, section 7, for changes that touch no content).

PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'state IN (''BOUND'', ''RELEASED'', ''DECLINED'')',
                  'state = ''BOUND'' OR state = ''RELEASED'' OR state = ''DECLINED''')
WHERE type = 'table' AND name = 'lease';
PRAGMA writable_schema = RESET;
