"""Machines boot although packets get lost, and although somebody floods the server meanwhile."""

from lab import boot_testbed, raw_tftp, tftp_relay

_RELAY = "10.77.0.2"
_STRANGER = "10.77.0.210"


class Granted(set):
    """Looks at what a relay passes: what OACKs have granted, as "windowsize=4"."""

    def __call__(self, packet):
        if packet.startswith(b"\0\6"):
            _, options = raw_tftp.parse(packet)
            self.update(f"{name}={value}" for name, value in options.items())
        return False  # it is not to be lost


class BadNetworkTest(boot_testbed.BootTest):
    def machine_at(self, label, address):
        machine = self.net.client(label)
        machine.ip("addr", "add", f"{address}/24", "dev", "eth0")
        return machine

    def test_T74_T109_machines_boot_through_loss_and_in_a_flood_of_requests(self):
        self.serve()
        self.add_profile("debian")
        self.add_host("n1", "debian", "bios", "uefi")
        self.adm("subnet", "update", "lab", "--next-server", _RELAY)
        granted = Granted()
        relay = tftp_relay.TftpRelay(self.machine_at("relay", _RELAY), self.net.address,
                                     loss=0.001, repeat=0.002, delay=0.002, address=_RELAY,
                                     lose=granted)
        flood = raw_tftp.Flood(self.net, self.machine_at("flood", "10.77.0.3"), [_STRANGER])
        request = raw_tftp.request_bytes("pxelinux.0", tsize=0, blksize=1408)
        with relay, flood, flood.going_on(request, per_second=1000):
            machines = self.boot("bios", "uefi")
        for name, vm in machines.items():
            with self.subTest(name):
                self.check_kernel(vm, "n1")
        self.assertLessEqual({"blksize=1432", "blksize=1408", "blksize=1468", "windowsize=4"},
                             granted, "iPXE, the syslinux loaders, OVMF's own client")
        self.assertGreater(relay.dropped, 10)
        self.assertGreater(self.server.counters("TFTP")["over_client_limit"], 1000)
