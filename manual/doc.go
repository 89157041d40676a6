// Package manual writes down how a command is called: as a page for man, and as completion for bash, zsh and fish.
//
//	flag.FlagSet ──▶ Options ─┐
//	schema, prose ──▶ Section ┴▶ Command ──▶ WriteRoff, WriteBash, WriteZsh, WriteFish
//
// A Command is made by the command itself, from the flags that it really declares, and may travel as JSON. All writers are
// functions of the Command alone: the same one always gives the same bytes, without a date or a version.
//
// What a flag's value is called in its usage text says how it is completed: `file` with the names of files, `folder` and
// `directory` with those of folders, and every other name with the words of a flag that was declared with Text, or with another Chooser.
package manual
