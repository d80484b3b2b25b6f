// The commands of pxeadm, one file per noun; each adds itself to the command line.
#pragma once

namespace pxe::adm {

struct CommandLine;

void AddSubnetCommands(CommandLine& line);
void AddHostCommands(CommandLine& line);
void AddProfileCommands(CommandLine& line);
void AddTemplateCommands(CommandLine& line);
void AddRuleCommands(CommandLine& line);
void AddQuirkCommands(CommandLine& line);
void AddLeaseCommands(CommandLine& line);
void AddPreviewCommand(CommandLine& line);
void AddBootCommands(CommandLine& line);
void AddStatusCommand(CommandLine& line);
void AddHistoryCommands(CommandLine& line);
void AddEventsCommand(CommandLine& line);
void AddBackupCommand(CommandLine& line);
void AddBootfilesCommands(CommandLine& line);

}  // namespace pxe::adm
