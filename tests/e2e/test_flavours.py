"""One host, one profile, every loader: the same kernel from a config in each one's own language.

Between two boots the profile is told other loaders for the kinds, and nothing else changes.
"""

from lab import boot_testbed, bootfiles

KERNEL_AND_INITRD = [bootfiles.KERNEL, bootfiles.INITRD]


class FlavoursTest(boot_testbed.BootTest):
    def test_one_host_boots_by_every_loader(self):
        self.serve()
        self.add_profile("debian")
        self.add_host("n1", "debian", "bios", "uefi", "secure")
        with self.subTest("the built-in ones: pxelinux and syslinux"):
            self.by_syslinux()
        with self.subTest("iPXE as a ROM, and where UEFI is handed it"):
            self.by_ipxe()
        with self.subTest("GRUB: signed, behind shim with secure boot, for BIOS; lpxelinux"):
            self.by_grub_and_lpxelinux()

    def boot_by(self, loaders, *names):
        if loaders:
            self.adm("profile", "update", "debian", *boot_testbed.loader_flags(loaders))
        for vm in self.boot(*names).values():
            self.check_kernel(vm, "n1")

    def by_syslinux(self):
        self.boot_by({}, "bios", "uefi")
        self.assertEqual(self.loaders_acked("bios"), [("ipxe-bios", "pxelinux.0")])
        self.assertEqual(self.loaders_acked("uefi"), [("uefi-x64", "syslinux.efi")])

    def by_ipxe(self):
        self.boot_by({"ipxe-bios": "boot.ipxe", "uefi-x64": "snponly.efi",
                      "ipxe-uefi-x64": "boot.ipxe"}, "bios", "uefi")
        self.assertEqual(self.requests("bios"), (["boot.ipxe", *KERNEL_AND_INITRD], []))
        self.assertEqual(self.loaders_acked("bios"), [("ipxe-bios", "boot.ipxe")])
        self.assertEqual(self.requests("uefi"),
                         (["snponly.efi", "boot.ipxe", *KERNEL_AND_INITRD], []),
                         "iPXE is fetched once: it does not load itself for ever")
        self.assertEqual(self.loaders_acked("uefi"),
                         [("uefi-x64", "snponly.efi"), ("ipxe-uefi-x64", "boot.ipxe")])

    def by_grub_and_lpxelinux(self):
        grub = ["grub/grub.cfg", *KERNEL_AND_INITRD]
        self.boot_by({"uefi-x64": "grubnetx64.efi", "ipxe-bios": bootfiles.BIOS_GRUB},
                     "uefi", "bios")
        self.assertEqual(self.requests("uefi")[0], ["grubnetx64.efi", *grub])
        self.assertEqual(self.requests("bios")[0], [bootfiles.BIOS_GRUB, *grub])
        self.boot_by({"uefi-x64": "shimx64.efi", "ipxe-bios": bootfiles.LPXELINUX},
                     "secure", "bios")
        self.assertEqual(self.requests("secure")[0], ["shimx64.efi", "grubx64.efi", *grub])
        self.assertEqual(self.requests("bios")[0],
                         [bootfiles.LPXELINUX, "ldlinux.c32", self.pxelinux_config("bios"),
                          *KERNEL_AND_INITRD])
