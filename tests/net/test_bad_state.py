"""pxed on a state directory that is not as it should be: one line, exit code 1, nothing changed."""

import hashlib
import os
import pathlib
import signal
import sqlite3
import subprocess
import tempfile
import unittest

from lab import daemon, shell

WAIT = "30s"


class BadState(unittest.TestCase):
    """A folder of the test's own; pxed serves the API only, so no network is needed."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.state = self.folder / "state"
        self.database = self.state / "state.db"
        self.socket = f"unix:{self.folder}/pxed.sock"
        self.adm = daemon.Pxeadm(self.socket)

    def command(self, *flags):
        return [daemon.programs() / "pxed", "--state-dir", self.state, "--listen", self.socket,
                *flags]

    def start(self):
        log = self.enterContext(open(self.folder / "log", "ab"))
        process = shell.spawn(self.command(), stdout=log)
        self.addCleanup(shell.stop, process)
        self.adm("status", "--wait", WAIT)
        return process


class BadStateTest(BadState):
    def make_good(self):
        """A database with a host, left by an orderly end."""
        process = self.start()
        self.adm("host", "create", "n1", "--mac", "52:54:00:00:00:01")
        self.assertEqual(shell.stop(process, seconds=30), 0)

    def make_killed(self):
        process = self.start()
        self.adm("host", "create", "n1", "--mac", "52:54:00:00:00:01")
        process.send_signal(signal.SIGKILL)
        process.wait()

    def digests(self):
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in self.state.glob("state.db*")
                if path.is_file() and not path.name.endswith("-shm") and path.stat().st_size > 0}

    def refusal(self, *flags, inside=()):
        """The one line pxed says; `inside` runs it in another world."""
        before = self.digests()
        code, out, err = shell.run(*inside, *self.command(*flags), check=False)
        self.assertEqual((code, out), (1, ""), err)
        self.assertEqual(err.count("\n"), 1, err)
        self.assertTrue(err.startswith("pxed: "), err)
        self.assertEqual(self.digests(), before)
        return err

    def test_a_database_locked_by_another_program(self):
        self.make_good()
        shell_like = subprocess.Popen(
            ["python3", "-c",
             "import sqlite3, sys\n"
             "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
             "db.execute('PRAGMA locking_mode = EXCLUSIVE')\n"
             "db.execute('BEGIN EXCLUSIVE')\n"
             "print('locked', flush=True)\n"
             "sys.stdin.read()", self.database],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            self.assertEqual(shell_like.stdout.readline(), "locked\n")
            self.assertIn(f"state.db: it is locked by process {shell_like.pid}, which is no pxed",
                          self.refusal())
        finally:
            shell_like.communicate("")
        self.start()

    def test_F7_a_truncated_one_and_one_with_a_flipped_page(self):
        self.make_good()
        whole = self.database.read_bytes()
        for bad in (whole[:len(whole) // 2], whole[:-1], whole[:100], b"",
                    whole[:8192] + bytes(255 - b for b in whole[8192:12288]) + whole[12288:]):
            self.database.write_bytes(bad)
            self.assertRegex(self.refusal(), r"state\.db: .*restore a backup \(pxed --restore\)")
        self.database.write_bytes(whole)
        self.start()

    def test_F7_one_from_the_future_and_one_of_another_program(self):
        self.make_good()
        with sqlite3.connect(self.database) as db:
            db.execute("PRAGMA user_version = 99")
        db.close()
        self.assertIn("state.db: its schema has version 99", self.refusal())
        self.database.unlink()
        with sqlite3.connect(self.database) as db:
            db.execute("CREATE TABLE bookmarks (url)")
        db.close()
        self.assertIn("state.db: it is the database of another program", self.refusal())

    def test_F7_its_log_deleted_after_a_kill(self):
        self.make_killed()
        (self.state / "state.db-wal").unlink()
        self.assertIn("state.db-wal is gone, and pxed, process ", self.refusal())
        (self.state / "state.db.in-use").unlink()
        self.start()

    def test_after_a_kill_everything_acknowledged_is_there(self):
        self.make_killed()
        (self.state / "state.db-shm").write_bytes(b"\x5a" * 32768)
        self.start()
        self.assertEqual(self.adm("-o", "name", "host", "list"), "hosts/n1\n")

    def test_F7_its_directory_missing(self):
        self.state = self.folder / "no" / "such"
        self.assertIn("make its parent, or name another one", self.refusal())

    def test_a_directory_in_its_place(self):
        self.database.mkdir(parents=True)
        self.assertIn("state.db: it is a directory; move it away", self.refusal())

    def read_only(self, path):
        """A world of its own in which `path` cannot be written, for root either."""
        script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
        return ["unshare", "--mount", "sh", "-c", script, path]

    def test_F7_a_read_only_file_and_a_read_only_directory(self):
        self.make_good()
        self.assertRegex(self.refusal(inside=self.read_only(self.database)),
                         r"state\.db: it must be writable for pxed: .*Read-only file system")
        self.assertRegex(self.refusal(inside=self.read_only(self.state)),
                         r"the state directory must be writable for pxed: .*Read-only file system")
        self.start()

    def test_F14_a_second_pxed_is_told_who_holds_it(self):
        first = self.start()
        code, _, err = shell.run(*self.command("--listen", f"unix:{self.folder}/2.sock"),
                                 check=False)
        self.assertEqual(code, 1)
        self.assertIn(f"is held by process {first.pid}", err)


class MigrationTest(BadState):
    """A database of the first schema, as the first pxed left it."""

    def make_first(self, path):
        schema = (shell.ROOT / "store/schema/0001_initial.sql").read_text()
        db = sqlite3.connect(path)
        db.executescript(f"PRAGMA journal_mode = WAL; {schema} PRAGMA user_version = 1;"
                         f"PRAGMA application_id = {0x70786564};")
        db.execute("INSERT INTO host VALUES ('n1', 'uid-1', NULL, NULL, 1, 1000, 1000)")
        db.execute("INSERT INTO nic VALUES ('52:54:00:00:00:01', 'n1', 0, NULL, '')")
        db.executemany("INSERT INTO lease VALUES (?, 1, x'52', x'', ?, 'BOUND', 1, 2, '', x'', 1)",
                       [(number, "h" * 200) for number in range(1, 10001)])
        db.commit()
        db.close()

    def test_it_is_migrated_and_a_copy_is_kept(self):
        self.state.mkdir()
        self.make_first(self.database)
        self.start()
        self.assertEqual(self.adm("-o", "name", "host", "list"), "hosts/n1\n")
        kept = list(self.state.glob("state.db.before-schema-*"))
        self.assertEqual(len(kept), 1)
        self.assertIn(f"the database before is kept as {kept[0]}",
                      (self.folder / "log").read_text())
        db = sqlite3.connect(kept[0])
        self.addCleanup(db.close)
        self.assertEqual(db.execute("PRAGMA user_version").fetchone(), (1,))
        self.assertEqual(db.execute("SELECT count(*) FROM lease").fetchone(), (10000,))

    def test_without_room_for_the_copy_nothing_is_touched(self):
        self.state.mkdir()
        old = self.folder / "old.db"
        self.make_first(old)
        # A disk of its own with room for the database and half of it again.
        script = ('mount -t tmpfs -o size="$1" tmpfs "$0" && cp "$2" "$0/state.db" || exit 98; '
                  'old=$2; shift 2; "$@"; code=$?; '
                  'cmp "$old" "$0/state.db" && ! ls "$0"/state.db.* 2>/dev/null || exit 99; exit $code')
        code, _, err = shell.run("unshare", "--mount", "sh", "-c", script, self.state,
                                 old.stat().st_size * 3 // 2, old, *self.command(), check=False)
        self.assertEqual(code, 1, err)
        self.assertIn("state.db: nothing has been changed: the copy that is kept before migrating "
                      "from schema 1 to ", err)
        self.assertIn("disk is full", err)


class BackupTest(unittest.TestCase):
    """pxeadm backup and pxed --restore, as an operator uses them."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.socket = f"unix:{self.folder}/pxed.sock"
        self.adm = daemon.Pxeadm(self.socket)
        self.backup = self.folder / "backup.db"

    def pxed(self, state, *flags):
        return [daemon.programs() / "pxed", "--state-dir", self.folder / state, "--listen",
                self.socket, *flags]

    def start(self, state):
        log = self.enterContext(open(self.folder / "log", "ab"))
        process = shell.spawn(self.pxed(state), stdout=log)
        self.addCleanup(shell.stop, process)
        self.adm("status", "--wait", WAIT)
        return process

    def test_a_backup_is_made_while_serving_and_restored_elsewhere(self):
        first = self.start("one")
        self.adm("host", "create", "n1", "--mac", "52:54:00:00:00:01")
        code, out, err = shell.run(daemon.programs() / "pxeadm", "--server", self.socket, "backup",
                                   self.backup)
        self.assertEqual((code, out), (0, ""))
        digest = hashlib.sha256(self.backup.read_bytes()).hexdigest()
        self.assertIn(f"SHA-256 {digest}", err)
        self.assertEqual(os.listdir(self.folder / "one").count("state.db.outgoing"), 0)
        self.adm("host", "create", "n2", "--mac", "52:54:00:00:00:02")
        said = shell.run(*self.pxed("one", "--restore", self.backup), check=False)
        self.assertEqual(said[0], 1)
        self.assertIn(f"is held by process {first.pid}", said[2])
        self.assertEqual(shell.stop(first, seconds=30), 0)

        said = shell.run(*self.pxed("two", "--restore", self.backup))[1]
        self.assertRegex(said, r"^pxed: restored .*backup\.db \(revision 1, schema \d+\) to ")
        second = self.start("two")
        self.assertEqual(self.adm("-o", "name", "host", "list"), "hosts/n1\n")
        self.assertEqual(shell.stop(second, seconds=30), 0)

        said = shell.run(*self.pxed("one", "--restore", self.backup))[1]
        self.assertIn("goes on from revision 2", said)
        self.assertRegex(said, r"the database before is kept as .*state\.db\.replaced-")
        self.start("one")
        self.assertEqual(self.adm("-o", "name", "host", "list"), "hosts/n1\n")

    def test_a_file_that_is_there_is_not_replaced(self):
        self.start("one")
        self.backup.write_text("precious")
        with self.assertRaisesRegex(shell.CommandFailed, "is there already; --force replaces it"):
            self.adm("backup", self.backup)
        self.assertEqual(self.backup.read_text(), "precious")
        self.adm("backup", "--force", self.backup)
        self.assertTrue(self.backup.read_bytes().startswith(b"SQLite format 3\0"))


if __name__ == "__main__":
    unittest.main()
