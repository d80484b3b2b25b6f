"""DHCP with clients that we did not write, and one address for all that runs on one NIC."""

from lab import dhcp_client, shell, testbed

NETWORK_FILE = r"[Match]\nName=eth0\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\n"


class PackagedClientsTest(testbed.ServerTest):
    def udhcpc(self, client, *flags):
        """Runs BusyBox's client once and returns what it says."""
        _, out, err = client.run("busybox", "udhcpc", "-i", "eth0", "-f", "-q", "-n", "-t", "8",
                                 "-s", "/bin/true", *flags)
        return out + err

    def test_dhclient_gets_the_reserved_address_and_what_the_subnet_says(self):
        client = self.plug_in()
        self.add_host("dhclient", client.mac(), "10.77.0.21")
        lease = self.dhclient(client)
        for line in ("fixed-address 10.77.0.21;", "option subnet-mask 255.255.255.0;",
                     "option routers 10.77.0.1;", "option domain-name-servers 10.77.0.1;",
                     "option dhcp-server-identifier 10.77.0.1;"):
            self.assertIn(line, lease)
        self.assertEqual(self.lease("10.77.0.21")["state"], "LEASE_STATE_BOUND")

    def test_dhclient_finds_its_address_again_after_a_reboot(self):
        client = self.plug_in()
        self.dhclient(client)
        lease = self.dhclient(client)  # INIT-REBOOT: it has a lease file and asks for no offer
        addresses = [line for line in lease.splitlines() if "fixed-address" in line]
        self.assertEqual(len(set(addresses)), 1, lease)
        mac = client.mac()
        self.assertEqual(len(self.pxed.lines(f"{mac} offered")), 1, self.pxed.log())
        self.assertEqual(len(self.pxed.lines(f"{mac} acked")), 2, self.pxed.log())

    def test_dhclient_gives_its_address_back(self):
        client = self.plug_in()
        self.add_host("leaver", client.mac(), "10.77.0.22")
        self.dhclient(client)
        client.ip("addr", "add", "10.77.0.22/24", "dev", "eth0")  # RELEASE is sent from it
        self.dhclient(client, "-r")
        shell.wait_until(
            lambda: self.lease("10.77.0.22")["state"] == "LEASE_STATE_RELEASED", "the release")

    def test_udhcpc_gets_an_address_of_the_pool(self):
        said = self.udhcpc(self.plug_in())
        self.assertRegex(said, r"lease of 10\.77\.0\.1\d\d obtained from 10\.77\.0\.1,")

    def test_udhcpc_gets_one_by_broadcast_too(self):
        said = self.udhcpc(self.plug_in(), "-B")
        self.assertRegex(said, r"lease of 10\.77\.0\.1\d\d obtained")

    def dhcpcd(self, client, *flags):
        """Runs dhcpcd until it is bound, ARP probes and all, and returns what it says. What it keeps
        is on file systems of its own."""
        script = "mount -t tmpfs none /run && mount -t tmpfs none /var/lib && exec \"$@\""
        _, out, err = client.run("sh", "-c", script, "sh", "timeout", "40", testbed.DHCPCD, "-4", "-1",
                                 "-d", "-B", "--noipv4ll", "-c", "/bin/true", "-f", "/dev/null",
                                 *flags, "eth0", check=False)
        return out + err

    def networkd(self, client):
        """Runs systemd-networkd for eth0 until the test ends. It wants folders of its own, and a /sys
        that cannot be written keeps it from waiting for udev."""
        script = ("mount -t tmpfs -o mode=0755 none /run && mount -o remount,ro /sys && "
                  "mkdir -p /run/systemd/network /run/systemd/netif && "
                  f"printf '{NETWORK_FILE}' >/run/systemd/network/10-eth0.network && "
                  "exec /lib/systemd/systemd-networkd")
        with open(self.folder / f"{client.name}.networkd", "wb") as log:
            process = client.spawn(["sh", "-c", script], stdout=log)
        self.addCleanup(shell.stop, process)

    def test_Q46_C99_systemd_networkd_with_its_duid_gets_what_the_firmware_had(self):
        client = self.plug_in()
        firmware = self.dhcp_client(client).lease(dhcp_client.UEFI_X64).address
        self.networkd(client)
        shell.wait_until(lambda: f"inet {firmware}/24" in client.ip("-4", "addr", "show", "eth0"),
                         "the address of systemd-networkd")
        self.assertEqual(len(self.pxed.lines(f"{client.mac()} acked {firmware}")), 2)

    def test_C94_dhcpcd_with_a_duid_is_bound_after_its_arp_probes(self):
        client = self.plug_in()
        self.assertRegex(self.dhcpcd(client, "-D"), r"leased 10\.77\.0\.1\d\d for")
        self.assertEqual(len(self.pxed.lines(f"{client.mac()} acked")), 1)

    def test_C79_dhcpcd_that_finds_its_address_in_use_declines_it_and_gets_another(self):
        client = self.plug_in()
        self.add_host("declines", client.mac(), "10.77.0.23")
        squatter = self.with_address("10.77.0.23")
        said = self.dhcpcd(client)
        self.assertIn("10.77.0.23", said)
        self.assertEqual(self.lease("10.77.0.23")["state"], "LEASE_STATE_DECLINED")
        self.assertRegex(said, r"leased 10\.77\.0\.1\d\d for")
        squatter.remove()

    def test_C99_Rule7_Q46_firmware_ipxe_and_two_systems_on_one_nic_share_one_address(self):
        client = self.plug_in()
        rom = self.dhcp_client(client)
        firmware = rom.lease(dhcp_client.UEFI_X64).address
        mac = bytes.fromhex(client.mac().replace(":", ""))
        ipxe = rom.lease([*dhcp_client.IPXE_BIOS, ("client_id", b"\1" + mac)]).address
        self.assertIn(f"lease of {firmware} obtained", self.udhcpc(client))
        self.assertIn(f"fixed-address {firmware};", self.dhclient(client))
        system = rom.lease([("client_id", b"\xff\0\0\0\1\0\2\0\0\xab\x11")]).address
        self.assertEqual({firmware, ipxe, system}, {firmware})
