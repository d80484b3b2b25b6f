"""What machines boot by rules, discovery and local boot, over the wire; and explain and simulate."""

import base64

from lab import dhcp_client, shell, testbed

BIOS_ROM = [(93, b"\0\0"), (60, b"PXEClient:Arch:00000:UNDI:002001")]


class BootDecisionTest(testbed.ServerTest):
    def fetch(self, namespace, path):
        """The text that a machine with that address is given; it must be there."""
        return namespace.run("curl", "-sS", "-m", "20", f"tftp://{testbed.SERVER}/{path}")[1]

    def machine_with_lease(self, options, *host_flags):
        """A machine that has been through DORA, with its namespace holding the address."""
        namespace = self.plug_in()
        client = self.dhcp_client(namespace)
        name = f"host-{client.mac.replace(':', '')}"
        self.adm("host", "create", name, "--mac", client.mac, *host_flags)
        ack = client.lease(options)
        namespace.ip("addr", "add", f"{ack.address}/24", "dev", "eth0")
        return namespace, client, name, ack


class ChainTest(BootDecisionTest):
    def test_a_bios_rom_is_given_undionly_and_its_ipxe_a_script_and_no_loop(self):
        self.adm("profile", "create", "chained", "--parent", testbed.PROFILE,
                 "--loader", "bios=undionly.kpxe", "--loader", "ipxe-bios=boot.ipxe")
        namespace, client, name, ack = self.machine_with_lease(BIOS_ROM, "--profile", "chained")
        self.assertEqual(ack.boot_file, "undionly.kpxe")
        second = client.lease(dhcp_client.IPXE_BIOS)
        self.assertEqual([second.boot_file, second.address], ["boot.ipxe", ack.address])
        script = self.fetch(namespace, "boot.ipxe")
        self.assertTrue(script.startswith("#!ipxe\n"), script)
        self.assertIn(f"tftp://{testbed.SERVER}/debian/vmlinuz", script)
        self.assertIn(f"id={name}", script)

    def test_C109_an_ipxe_without_bzimage_is_sent_for_the_whole_one_and_that_gets_the_script(self):
        self.adm("profile", "create", "whole", "--parent", testbed.PROFILE,
                 "--loader", "bios=undionly.kpxe", "--loader", "ipxe-bios=boot.ipxe")
        tftp_and_pxe = b"\x15\1\1\x21\1\1"
        bzimage = b"\x18\1\1"
        poor, whole = ([*dhcp_client.IPXE_BIOS, (175, features)]
                       for features in (tftp_and_pxe, tftp_and_pxe + bzimage))
        _, client, _, ack = self.machine_with_lease(poor, "--profile", "whole")
        self.assertEqual(ack.boot_file, "undionly.kpxe")
        second = client.lease(whole)
        self.assertEqual([second.boot_file, second.address], ["boot.ipxe", ack.address])
        said = self.adm("explain", "--mac", client.mac, "--kind", "ipxe-bios", "--lacks-bzimage")
        self.assertIn("ipxe_lacks_bzimage", said)
        self.assertIn("undionly.kpxe", said)

    def test_simulate_shows_both_rounds_and_the_bytes_of_the_wire(self):
        self.adm("profile", "create", "shown", "--parent", testbed.PROFILE,
                 "--loader", "bios=undionly.kpxe", "--loader", "ipxe-bios=boot.ipxe")
        namespace, client, name, ack = self.machine_with_lease(BIOS_ROM, "--profile", "shown")
        stages = self.adm.json("simulate", "--mac", client.mac, "--kind", "bios")["stages"]
        self.assertEqual([stage["decision"]["loader"] for stage in stages],
                         ["undionly.kpxe", "boot.ipxe"])
        shown = base64.b64decode(stages[0]["ack"]["packet"])
        yiaddr, siaddr, file = slice(16, 20), slice(20, 24), slice(108, 236)
        for part in (yiaddr, siaddr, file):
            self.assertEqual(shown[part], ack.payload[part])
        script = next(file for file in stages[1]["files"] if file["name"] == "boot.ipxe")
        self.assertEqual(script["text"], self.fetch(namespace, "boot.ipxe"))


class RulesTest(BootDecisionTest):
    def test_the_higher_of_two_rules_wins_on_the_wire_and_explain_says_so(self):
        self.adm("profile", "create", "racked", "--parent", testbed.PROFILE,
                 "--loader", "uefi-x64=racked.efi")
        self.adm("rule", "create", "rack-a", "--priority", "20", "--label", "rack=a",
                 "--profile", "racked")
        self.adm("rule", "create", "all-uefi", "--priority", "10", "--kind", "uefi-x64",
                 "--profile", testbed.PROFILE)
        _, client, _, ack = self.machine_with_lease(dhcp_client.UEFI_X64, "--label", "rack=a")
        self.assertEqual(ack.boot_file, "racked.efi")
        said = self.adm("explain", "--mac", client.mac, "--kind", "uefi-x64")
        self.assertEqual(said.splitlines()[0],
                         "boots profiles/racked: rules/rack-a matches, with priority 20")
        _, _, _, plain = self.machine_with_lease(dhcp_client.UEFI_X64)
        self.assertEqual(plain.boot_file, "syslinux.efi")

    def test_a_rule_that_could_never_win_is_refused_with_the_other_ones_name(self):
        self.adm("rule", "create", "wide", "--priority", "900", "--subnet", "lab",
                 "--kind", "onie", "--ignore")
        with self.assertRaisesRegex(shell.CommandFailed, "rules/wide"):
            self.adm("rule", "create", "narrow", "--priority", "800", "--subnet", "lab",
                     "--kind", "onie", "--mac-prefix", "52:54:00", "--ignore")


class DiscoveryTest(BootDecisionTest):
    subnet_flags = ("--unknown", "discover")

    def test_a_stranger_becomes_a_host_that_can_be_approved_or_rejected(self):
        client = self.dhcp_client()
        ack = client.lease(dhcp_client.UEFI_X64)
        self.assertEqual(ack.boot_file, "", "discovered, and nothing to boot yet")
        name = f"mac-{client.mac.replace(':', '')}"
        host = self.adm.json("host", "get", name)
        self.assertEqual([host["state"], host["discovery"]["kind"]],
                         ["HOST_STATE_DISCOVERED", "uefi-x64"])
        self.adm("host", "approve", name, "--profile", testbed.PROFILE)
        self.assertEqual(client.lease(dhcp_client.UEFI_X64).boot_file, "syslinux.efi")

        other = self.dhcp_client()
        other.lease(dhcp_client.UEFI_X64)
        self.adm("host", "reject", f"mac-{other.mac.replace(':', '')}")
        self.assert_silence(other, other.packet("discover", dhcp_client.UEFI_X64))
        self.assertIn("was rejected", self.adm("explain", "--mac", other.mac).splitlines()[0])


class LocalBootTest(BootDecisionTest):
    def test_a_local_host_is_handed_the_loader_that_can_and_a_config_that_does(self):
        namespace, client, _, ack = self.machine_with_lease(
            dhcp_client.UEFI_X64, "--local-boot", "true")
        self.assertEqual(ack.boot_file, "grubnetx64.efi")
        self.assertIn("chainloader", self.fetch(namespace, "grub/grub.cfg"))
        bios = client.lease(BIOS_ROM)
        self.assertEqual(bios.boot_file, "pxelinux.0")
        self.assertIn("localboot", self.fetch(namespace, "pxelinux.cfg/default"))


    def test_it_is_local_for_as_long_as_it_is_said_and_then_its_profile_again(self):
        _, client, name, ack = self.machine_with_lease(
            dhcp_client.UEFI_X64, "--profile", testbed.PROFILE)
        self.assertEqual(ack.boot_file, "syslinux.efi")
        self.adm("host", "update", name, "--local-boot", "true")
        self.assertEqual(client.lease(dhcp_client.UEFI_X64).boot_file, "grubnetx64.efi")
        self.adm("host", "update", name, "--local-boot", "false")
        self.assertEqual(client.lease(dhcp_client.UEFI_X64).boot_file, "syslinux.efi")


class BootServerTest(BootDecisionTest):
    def server_of(self, client):
        """The one named on the wire, which must be the one that explain names; and who says so."""
        ack = client.lease(dhcp_client.UEFI_X64)
        decision = self.adm.json("explain", "--mac", client.mac, "--kind", "uefi-x64")["decision"]
        self.assertEqual(decision["nextServer"], ack.bootp.siaddr)
        return ack.bootp.siaddr, decision["nextServerSource"].removeprefix("SERVER_SOURCE_")

    def test_the_host_says_before_the_profile_before_the_subnet_before_our_own_address(self):
        self.adm("profile", "create", "served", "--parent", testbed.PROFILE)
        _, client, name, _ = self.machine_with_lease(dhcp_client.UEFI_X64, "--profile", "served")
        self.assertEqual(self.server_of(client), (testbed.SERVER, "INTERFACE"))
        self.adm("subnet", "update", "lab", "--next-server", "10.77.0.251")
        self.addCleanup(self.adm, "subnet", "update", "lab", "--next-server", "")
        self.assertEqual(self.server_of(client), ("10.77.0.251", "SUBNET"))
        self.adm("profile", "update", "served", "--next-server", "10.77.0.252")
        self.assertEqual(self.server_of(client), ("10.77.0.252", "PROFILE"))
        self.adm("host", "update", name, "--next-server", "10.77.0.253")
        self.assertEqual(self.server_of(client), ("10.77.0.253", "HOST"))


class PlainFileTest(BootDecisionTest):
    subnet_flags = ("--plain-boot-file", "phone.cfg", "--plain-next-server", "10.77.0.250")

    def test_a_client_without_a_boot_kind_is_told_the_plain_file_and_others_what_they_boot(self):
        client = self.dhcp_client()
        ack = client.lease([(60, b"ACME telephone")])
        self.assertEqual([ack.boot_file, ack.bootp.siaddr], ["phone.cfg", "10.77.0.250"])
        said = self.adm("explain", "--mac", client.mac, "--kind", "os").splitlines()[0]
        self.assertIn("plain boot file of subnets/lab", said)
        *_, boots = self.machine_with_lease(dhcp_client.UEFI_X64, "--profile", testbed.PROFILE)
        self.assertEqual([boots.boot_file, boots.bootp.siaddr], ["syslinux.efi", testbed.SERVER])


class ConsistentBootTest(BootDecisionTest):
    def test_files_of_one_boot_are_of_one_state_and_the_next_boot_meets_the_change(self):
        self.put_file("answers", b"")
        (self.folder / "ks").write_text("old {{host.id}}\n")
        self.adm("template", "create", "ks", "--file", str(self.folder / "ks"))
        self.adm("profile", "create", "kick", "--parent", testbed.PROFILE,
                 "--file", "ks.cfg=ks", "--var", "release=old")
        namespace, client, name, _ = self.machine_with_lease(BIOS_ROM, "--profile", "kick")
        before = self.fetch(namespace, "pxelinux.cfg/default")
        self.assertEqual(self.fetch(namespace, "ks.cfg"), f"old {name}\n")
        (self.folder / "ks").write_text("new {{host.id}}\n")
        self.adm("template", "update", "ks", "--file", str(self.folder / "ks"))
        self.adm("profile", "update", "kick", "--kernel", "other/vmlinuz")
        self.assertEqual(self.fetch(namespace, "ks.cfg"), f"old {name}\n")
        self.assertEqual(self.fetch(namespace, "pxelinux.cfg/default"), before)
        client.lease(BIOS_ROM)
        self.assertEqual(self.fetch(namespace, "ks.cfg"), f"new {name}\n")
        self.assertIn("other/vmlinuz", self.fetch(namespace, "pxelinux.cfg/default"))

    def test_a_boot_goes_on_to_its_end_when_its_profile_is_deleted(self):
        self.adm("profile", "create", "gone", "--parent", testbed.PROFILE, "--var", "a=b")
        namespace, client, name, _ = self.machine_with_lease(BIOS_ROM, "--profile", "gone")
        before = self.fetch(namespace, "pxelinux.cfg/default")
        self.adm("host", "update", name, "--profile", "", "--local-boot", "true")
        self.adm("profile", "delete", "gone")
        self.assertEqual(self.fetch(namespace, "pxelinux.cfg/default"), before)
        client.lease(BIOS_ROM)
        self.assertIn("localboot", self.fetch(namespace, "pxelinux.cfg/default"))


class OptionsTest(BootDecisionTest):
    def test_options_of_the_profile_are_in_offer_and_ack(self):
        self.adm("profile", "create", "told", "--parent", testbed.PROFILE,
                 "--option", "210=files/", "--option", "211=60")
        client = self.dhcp_client()
        self.adm("host", "create", "told", "--mac", client.mac, "--profile", "told")
        offer = client.discover(BIOS_ROM)
        ack = client.select(offer, BIOS_ROM)
        for reply in (offer, ack):
            self.assertIn(b"\xd2\x06files/", reply.payload)
            self.assertIn(b"\xd3\x04\x00\x00\x00\x3c", reply.payload)
