"""Each loader boots the same kernel from a config in its own language; test_boot.py has syslinux's.

The profiles differ in the loaders that they name for a kind, and in nothing else.
"""

from lab import boot_testbed, bootfiles

KERNEL_AND_INITRD = [bootfiles.KERNEL, bootfiles.INITRD]


class FlavoursTest(boot_testbed.BootTest):
    def test_ipxe_boots_from_a_script_as_a_rom_and_when_uefi_was_handed_it(self):
        self.serve()
        self.add_profile("debian", {"ipxe-bios": "boot.ipxe", "uefi-x64": "snponly.efi",
                                    "ipxe-uefi-x64": "boot.ipxe"})
        self.add_host("n1", "debian", "bios", "uefi")
        for vm in self.boot("bios", "uefi").values():
            self.check_kernel(vm, "n1")
        self.assertEqual(self.requests("bios"), (["boot.ipxe", *KERNEL_AND_INITRD], []))
        self.assertEqual(self.loaders_acked("bios"), [("ipxe-bios", "boot.ipxe")])
        self.assertEqual(self.requests("uefi"),
                         (["snponly.efi", "boot.ipxe", *KERNEL_AND_INITRD], []),
                         "iPXE is fetched once: it does not load itself for ever")
        self.assertEqual(self.loaders_acked("uefi"),
                         [("uefi-x64", "snponly.efi"), ("ipxe-uefi-x64", "boot.ipxe")])

    def test_signed_grub_boots_by_itself_and_behind_shim_with_secure_boot(self):
        self.serve()
        self.add_profile("debian", {"uefi-x64": "grubnetx64.efi"})
        self.add_profile("signed", {"uefi-x64": "shimx64.efi"})
        self.add_host("n1", "debian", "uefi")
        self.add_host("n2", "signed", "secure")
        machines = self.boot("uefi", "secure")
        self.check_kernel(machines["uefi"], "n1")
        self.check_kernel(machines["secure"], "n2")
        grub = ["grub/grub.cfg", *KERNEL_AND_INITRD]
        self.assertEqual(self.requests("uefi")[0], ["grubnetx64.efi", *grub])
        self.assertEqual(self.requests("secure")[0], ["shimx64.efi", "grubx64.efi", *grub])
