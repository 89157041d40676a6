package manual

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteFish writes the command's completion for fish 3 and later.
func WriteFish(w io.Writer, c Command) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# Completion of %s for fish. Written by docs/gen from the command's own flags: make docs writes it anew.\n\n", c.Name)
	head := "complete -c " + c.Name
	fmt.Fprintln(b, head+" -f") // no files, unless said otherwise
	if len(c.Commands) == 0 {
		fishCommand(b, head, c)
	}
	for _, sub := range c.Commands {
		fmt.Fprintf(b, "%s -n __fish_use_subcommand -a %s -d %s\n", head, fishQuote(sub.short()), fishQuote(sub.Summary))
	}
	for _, sub := range c.Commands {
		if len(sub.Options) > 0 || len(sub.offers()) > 0 || sub.takes() != noPaths {
			fmt.Fprintln(b)
		}
		fishCommand(b, head+" -n "+fishQuote("__fish_seen_subcommand_from "+sub.short()), sub)
	}
	return b.Flush()
}

func fishCommand(b io.Writer, head string, c Command) {
	if len(c.offers()) > 0 || c.takes() != noPaths {
		fmt.Fprintln(b, head+fishValue("", " -F", c.offers(), c.takes()))
	}
	for _, o := range c.Options {
		fmt.Fprintf(b, "%s -l %s%s -d %s\n", head, o.Name, fishOption(o), fishQuote(o.brief()))
	}
}

// fishOption says what a flag's value may be.
func fishOption(o Option) string {
	if o.Value == "" {
		return ""
	}
	return fishValue(" -x", " -r -F", o.Words, o.takes())
}

// fishValue says what a value may be: alone where it may not be a file, else with withFiles.
func fishValue(alone, withFiles string, words []string, p paths) string {
	kind := alone
	var offers []string
	for _, word := range words { // -a is read as a command line is
		offers = append(offers, strings.NewReplacer(`\`, `\\`, " ", `\ `, "(", `\(`, "$", `\$`).Replace(word))
	}
	switch p {
	case files:
		kind = withFiles
	case folders:
		offers = append(offers, "(__fish_complete_directories)")
	}
	if len(offers) == 0 {
		return kind
	}
	return kind + " -a " + fishQuote(strings.Join(offers, " "))
}

// fishQuote is a word as fish reads it.
func fishQuote(word string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(word) + "'"
}
