"""Beside other DHCP servers, in place of one, and under a load that others have made."""

import re

from bench import link
from lab import boot_service, dhcp_client, dhcp_peer, network, testbed

PERFDHCP = dhcp_peer.PEERS / "kea-admin/usr/sbin/perfdhcp"
BIOS = [(93, b"\0\0"), (60, b"PXEClient:Arch:00000:UNDI:002001")]


class BesideTest(testbed.ServerTest):
    """Their addresses, our boot files."""

    subnet_flags = ("--unknown", f"profile={testbed.PROFILE}", "--mode", "proxy")

    def offers(self, client, options):
        """One DISCOVER, and the offers of both servers by who made them."""
        payload = client.packet("discover", [*options, dhcp_client.WANTED])
        client.send(payload)
        offers = {}
        for reply in client.replies(payload.xid, dhcp_client.ANSWER_SECONDS):
            self.assertEqual(reply.type, "offer")
            offers[reply.options["server_id"]] = reply
            if len(offers) == 2:
                return offers
        self.fail(f"only {list(offers)} offered")

    def check_boot(self, machine, options, boot_file):
        """What firmware does: the address of one, the boot file of the other, by 67 and by 4011."""
        client = self.dhcp_client(machine)
        offers = self.offers(client, options)
        theirs, ours = offers[dhcp_peer.ADDRESS], offers[testbed.SERVER]
        self.assertRegex(theirs.address, r"^10\.77\.0\.6\d$")
        self.assertEqual([ours.address, ours.boot_file, ours.bootp.siaddr],
                         ["0.0.0.0", boot_file, testbed.SERVER])
        ack = client.select(theirs, options)
        self.assertEqual([ack.type, ack.address, ack.options["server_id"]],
                         ["ack", theirs.address, dhcp_peer.ADDRESS])
        machine.ip("addr", "add", f"{ack.address}/24", "dev", "eth0")
        asker = boot_service.BootServiceClient(machine, ack.address, 4011)
        self.addCleanup(asker.socket.close)
        bootp, sender = asker.ask(client.packet("request", options, ciaddr=ack.address),
                                  testbed.SERVER)
        self.assertEqual(sender, (testbed.SERVER, 4011))
        self.assertEqual(bootp.file.rstrip(b"\0").decode(), boot_file)

    def check_beside(self, peer):
        with peer(self.plug_in(), self.folder):
            self.check_boot(self.plug_in(), dhcp_client.UEFI_X64, "syslinux.efi")
            self.check_boot(self.plug_in(), BIOS, "pxelinux.0")
            _, out, err = self.plug_in().run("busybox", "udhcpc", "-i", "eth0", "-f", "-q", "-n",
                                             "-t", "8", "-s", "/bin/true")
            self.assertRegex(out + err, rf"lease of 10\.77\.0\.6\d obtained from {dhcp_peer.ADDRESS}")
        self.assertEqual(self.adm.json("lease", "list"), [])

    def test_C129_C130_kea_gives_the_addresses_and_pxed_the_boot_files(self):
        self.check_beside(dhcp_peer.Kea)

    def test_C129_C130_dnsmasq_gives_the_addresses_and_pxed_the_boot_files(self):
        self.check_beside(dhcp_peer.Dnsmasq)


class PerfdhcpTest(testbed.ServerTest):
    """Kea's load client, as a relay with many machines."""

    def perfdhcp(self, *flags):
        relay = self.with_address("10.77.0.250")
        code, out, err = relay.run("env", f"LD_LIBRARY_PATH={link.peer_libraries()}", PERFDHCP, "-4",
                                   "-l", "10.77.0.250", "-g", "single", "-W", "500000", *flags,
                                   testbed.SERVER, check=False)
        self.assertEqual(code, 0, out + err)
        return out

    def counts(self, report, exchange):
        """What it says of DISCOVER-OFFER or REQUEST-ACK, by name."""
        part = report.split(f"***Statistics for: {exchange}***")[1].split("***")[0]
        return {name: int(count) for name, count in re.findall(r"^([a-z ]+): (\d+)$", part, re.M)}

    def test_four_way_exchanges_without_a_drop_and_each_address_once(self):
        report = self.perfdhcp("-r", "30", "-R", "90", "-n", "90", "-u")
        for exchange in ("DISCOVER-OFFER", "REQUEST-ACK"):
            counts = self.counts(report, exchange)
            self.assertEqual([counts["sent packets"], counts["received packets"], counts["drops"],
                              counts["orphans"]], [90, 90, 0, 0], report)
            self.assertEqual(counts["rejected leases"], 0, report)
            self.assertEqual(counts["non unique addresses"], 0, report)
        self.assertEqual(len(self.adm.json("lease", "list")), 90)


# As an operator had written it, and as docs/from-dhcpd.md says it for pxed.
CLASSIC = """
authoritative;
allow booting;
allow bootp;
ping-check false;
default-lease-time 600;
max-lease-time 7200;
subnet 10.77.0.0 netmask 255.255.255.0 {
  range 10.77.0.100 10.77.0.199;
  option routers 10.77.0.254;
  option broadcast-address 10.77.0.255;
  option domain-name "lab.example.com";
  option domain-name-servers 10.77.0.53, 10.77.0.54;
  option ntp-servers 10.77.0.123;
  option netbios-name-servers 10.77.0.7;
  option boot-size 64;
  option vendor-class-identifier "PXEClient";
  option vendor-encapsulated-options 01:04:00:00:00:00:ff;
  next-server 10.77.0.5;
  option tftp-server-name "10.77.0.5";
  option bootfile-name "pxelinux.0";
  filename "pxelinux.0";
}
host n1 {
  hardware ethernet 52:54:00:00:0a:01;
  fixed-address 10.77.0.20;
  option host-name "n1";
}
"""
CLASSIC_HERE = ("--lease", "600s", "--max-lease", "7200s", "--router", "10.77.0.254",
                "--domain", "lab.example.com", "--dns", "10.77.0.53", "--dns", "10.77.0.54",
                "--ntp", "10.77.0.123", "--next-server", "10.77.0.5",
                "--unknown", f"profile={testbed.PROFILE}", "--option", "44=10.77.0.7",
                "--option", "13=64", "--option", "43=1:00000000")
CLASSIC_CODES = (1, 3, 6, 12, 13, 15, 28, 42, 43, 44, 51, 54, 60, 66, 67)
KNOWN, UNKNOWN = "52:54:00:00:0a:01", "52:54:00:00:0a:02"


class OracleTest(testbed.ServerTest):
    """ISC's dhcpd and pxed, each on a network of its own, are asked the same."""

    def setUp(self):
        self.adm("subnet", "update", "lab", *CLASSIC_HERE)
        self.oracle = self.enterContext(network.Network("oracle", testbed.SERVER))
        self.enterContext(dhcp_peer.IscDhcpd(self.oracle, self.folder, CLASSIC, interface="br0",
                                             address=testbed.SERVER))
        self.add_host("n1", KNOWN, "10.77.0.20", "--host-name", "n1")

    def options(self, reply):
        """The classic ones by code, as bytes; NULs at the end of texts do not count."""
        found = {}
        raw = reply.payload[240:]
        at = 0
        while at < len(raw) and raw[at] != 255:
            if raw[at] == 0:
                at += 1
                continue
            found[raw[at]] = raw[at + 2:at + 2 + raw[at + 1]]
            at += 2 + raw[at + 1]
        return {code: found[code].rstrip(b"\0") if code in (12, 15, 60, 66, 67) else found[code]
                for code in CLASSIC_CODES if code in found}

    def replies(self, net, mac):
        """OFFER and ACK of that network's server, to a BIOS machine that asks for all of them."""
        machine = net.client(f"m{next(self.numbers)}", mac)
        with dhcp_client.DhcpClient(machine) as client:
            options = [*BIOS, (55, bytes(CLASSIC_CODES))]
            payload = client.packet("discover", options)
            offer = client.ask(payload)
            chosen = [("server_id", offer.options["server_id"]), ("requested_addr", offer.address)]
            ack = client.ask(client.packet("request", [*chosen, *options]))
        machine.remove()
        return offer, ack

    def test_the_classic_options_have_the_values_that_dhcpd_gives(self):
        for mac in (KNOWN, UNKNOWN):
            theirs, ours = self.replies(self.oracle, mac), self.replies(self.net, mac)
            wanted = set(CLASSIC_CODES) - (set() if mac == KNOWN else {12})  # its host's name
            for their, our in zip(theirs, ours):
                with self.subTest(mac=mac, type=our.type):
                    self.assertEqual(our.type, their.type)
                    self.assertEqual(set(self.options(their)), wanted)
                    self.assertEqual(self.options(our), self.options(their))
                    self.assertEqual([our.boot_file, our.bootp.siaddr],
                                     [their.boot_file, their.bootp.siaddr])
            self.assertEqual(theirs[1].address == "10.77.0.20", mac == KNOWN)
            self.assertEqual(ours[1].address == "10.77.0.20", mac == KNOWN)
