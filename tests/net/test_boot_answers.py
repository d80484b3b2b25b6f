"""Which machine is told to boot what: kinds of firmware, and machines nobody has registered."""

from lab import dhcp_client, testbed


class KindsTest(testbed.ServerTest):
    def boot_file(self, options):
        client = self.dhcp_client()
        number = 40 + next(self.numbers)
        self.add_host(f"host{number}", client.mac, f"10.77.0.{number}")
        ack = client.lease(options)
        return ack.boot_file, ack.bootp.siaddr

    def test_ipxe_in_a_bios_machine_is_given_pxelinux(self):
        self.assertEqual(self.boot_file(dhcp_client.IPXE_BIOS), ("pxelinux.0", testbed.SERVER))

    def test_a_uefi_machine_is_given_syslinux(self):
        self.assertEqual(self.boot_file(dhcp_client.UEFI_X64), ("syslinux.efi", testbed.SERVER))

    def test_a_machine_that_boots_by_http_gets_an_address_and_no_loader(self):
        http = [(93, b"\0\x10"), (60, b"HTTPClient:Arch:00016:UNDI:003001")]
        self.assertEqual(self.boot_file(http)[0], "")

    def test_a_running_system_gets_an_address_and_no_loader(self):
        self.assertEqual(self.boot_file([])[0], "")

    def test_offer_and_ack_name_the_same_loader_in_field_and_option(self):
        client = self.dhcp_client()
        self.add_host("twice", client.mac, "10.77.0.39")
        offer = client.discover(dhcp_client.UEFI_X64)
        ack = client.select(offer, dhcp_client.UEFI_X64)
        for reply in (offer, ack):
            option = reply.options.get("boot-file-name", b"syslinux.efi").rstrip(b"\0")
            self.assertEqual([reply.boot_file, option], ["syslinux.efi", b"syslinux.efi"])


class UnknownIgnoredTest(testbed.ServerTest):
    subnet_flags = ("--unknown", "ignore")

    def test_an_unknown_machine_hears_nothing_and_a_known_one_does(self):
        stranger, known = self.dhcp_client(), self.dhcp_client()
        self.add_host("known", known.mac, "10.77.0.20")
        self.assert_silence(stranger, stranger.packet("discover", dhcp_client.UEFI_X64))
        self.assertEqual(known.lease().address, "10.77.0.20")


class UnknownGetsAddressTest(testbed.ServerTest):
    subnet_flags = ("--unknown", "address-only")

    def test_an_unknown_machine_gets_an_address_of_the_pool_and_nothing_to_boot(self):
        ack = self.dhcp_client().lease(dhcp_client.IPXE_BIOS)
        self.assertRegex(ack.address, r"^10\.77\.0\.1\d\d$")
        self.assertEqual([ack.boot_file, ack.bootp.siaddr], ["", "0.0.0.0"])


class UnknownBootsProfileTest(testbed.ServerTest):
    subnet_flags = ("--unknown", f"profile={testbed.PROFILE}")

    def test_an_unknown_machine_boots_what_the_subnet_says(self):
        ack = self.dhcp_client().lease(dhcp_client.IPXE_BIOS)
        self.assertEqual([ack.boot_file, ack.bootp.siaddr], ["pxelinux.0", testbed.SERVER])
