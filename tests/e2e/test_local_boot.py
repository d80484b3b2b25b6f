"""Machines whose card is before their disk, and which are told to start from the disk."""

from lab import boot_testbed, bootfiles, disk

IPXE = {"ipxe-bios": "boot.ipxe", "uefi-x64": "snponly.efi", "ipxe-uefi-x64": "boot.ipxe"}


class LocalBootTest(boot_testbed.BootTest):
    def boot_with_disks(self):
        disks = {
            "bios": disk.bios(self.folder / "bios.img"),
            "uefi": disk.uefi(self.folder / "uefi.img", bootfiles.DISK_GRUB),
        }
        for vm in self.boot("bios", "uefi", disks=disks).values():
            with self.subTest(vm.name):
                self.assertIn(disk.MARK, vm.serial())

    def test_a_host_that_boots_locally_gets_the_loader_that_can(self):
        self.serve()
        self.add_profile("debian", IPXE)
        self.add_host("n1", "debian", "bios", "uefi")
        self.adm("host", "update", "n1", "--local-boot", "true")
        self.boot_with_disks()
        self.assertEqual(self.requests("bios")[0],
                         ["pxelinux.0", "ldlinux.c32", self.pxelinux_config("bios")])
        self.assertEqual(self.requests("uefi")[0], ["grubnetx64.efi", "grub/grub.cfg"])

    def test_ipxe_starts_the_disk_when_that_is_the_entry_of_the_profile(self):
        self.serve()
        loaders = boot_testbed.loader_flags(IPXE)
        self.adm("profile", "create", "disk", "--local-boot", "true", *loaders)
        self.add_host("n1", "disk", "bios", "uefi")
        self.boot_with_disks()
        self.assertEqual(self.requests("bios")[0], ["boot.ipxe"])
        self.assertEqual(self.requests("uefi")[0],
                         ["snponly.efi", "boot.ipxe", "grubnetx64.efi", "grub/grub.cfg"])
