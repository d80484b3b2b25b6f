"""Virtual machines with real firmware boot over the network into the kernel that the API chose."""

from lab import boot_testbed, bootfiles

KINDS = {"bios": "ipxe-bios", "uefi": "uefi-x64"}


class BootTest(boot_testbed.BootTest):
    def boot_and_check(self, loaders):
        """One host, a machine of each firmware."""
        self.add_host("n1", "debian", *KINDS)
        for name, vm in self.boot(*KINDS).items():
            with self.subTest(name):
                self.check_kernel(vm, "n1")
                self.assertIn((KINDS[name], loaders[name]), self.loaders_acked(name))
                fetched, _ = self.requests(name)
                self.assertEqual(fetched[0], loaders[name])
                self.assertEqual(fetched[-2:], [bootfiles.KERNEL, bootfiles.INITRD])

    def test_bios_and_uefi_boot_the_kernel_of_their_profile(self):
        self.serve()
        self.add_profile("debian")
        self.boot_and_check(bootfiles.LOADERS)

    def test_they_boot_through_a_data_plane_that_asks_a_control_plane_elsewhere(self):
        self.serve_with_a_data_plane_of_its_own()
        self.add_profile("debian")
        self.boot_and_check(bootfiles.LOADERS)

    def test_loaders_in_folders_find_their_config_their_modules_and_the_kernel(self):
        self.serve()
        loaders = bootfiles.LOADERS_WITH_MODULES
        self.add_profile("debian", {KINDS[name]: loaders[name] for name in KINDS})
        self.adm("profile", "update", "debian", "--ui", "menu.c32", "--timeout", "1s")
        self.boot_and_check(loaders)
        for name, folder in (("bios", "bios"), ("uefi", "efi64")):
            self.assertIn(f"{folder}/menu.c32", self.requests(name)[0])
