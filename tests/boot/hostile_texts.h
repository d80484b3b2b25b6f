// Texts that would be more than a value where a config has no guard.
#pragma once

#include <string>
#include <vector>

namespace pxe::boot {

// Words and marks that mean something to GRUB, iPXE or grub4dos.
inline std::vector<std::string> ScriptTexts() {
  return {"x || goto evil",
          "x && shell",
          "; reboot",
          "|| || ||",
          "# ## #x",
          "--id=evil",
          "-x",
          "--",
          "'; reboot; '",
          "x'\ny",
          "\"; reboot; \"",
          "a\"b c",
          "\\'; reboot",
          "} menuentry evil {",
          "`reboot`",
          "$root",
          "$",
          "{net0/mac}",
          "$${}{net0/mac}",
          "%20",
          "%path%",
          "a > b",
          "!",
          "x | y",
          ":failed",
          "a?b#c"};
}

// What somebody may try, or type by accident. Each stands in every place that takes text.
inline std::vector<std::string> HostileTexts() {
  std::vector<std::string> texts = {"x\nlabel evil\n  linux ::evil",
                                    "x\r\nlabel evil",
                                    "x\rrest",
                                    "\n",
                                    "x\n",
                                    "\nkernel evil",
                                    "label evil",
                                    "# note",
                                    "#",
                                    "-",
                                    "\"",
                                    "'",
                                    "\\",
                                    "\\n",
                                    "$(reboot)",
                                    "${net0/mac}",
                                    "a b c",
                                    "menu end",
                                    "endtext",
                                    "include other",
                                    "::evil",
                                    "10.9.9.9::evil",
                                    "http://evil/x",
                                    "a,::evil",
                                    "initrd=evil",
                                    "^",
                                    "\x01",
                                    "\x1b[2J",
                                    "\x7f",
                                    "\xff",
                                    std::string("a\0b", 3),
                                    "\xef\xbb\xbfx",
                                    "\xe2\x80\xa8label evil",
                                    " x",
                                    "x ",
                                    " ",
                                    "localboot 0",
                                    "}}",
                                    "{",
                                    "&amp;"};
  const std::vector<std::string> more = ScriptTexts();
  texts.insert(texts.end(), more.begin(), more.end());
  for (const size_t size : {127U, 2047U, 3990U, 4000U, 4090U, 4096U, 8200U}) {
    texts.push_back(std::string(size, 'a') + " label evil");
    texts.push_back(std::string(size, ' ') + "label evil");
  }
  return texts;
}

}  // namespace pxe::boot
