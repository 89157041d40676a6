package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"lanekeeper/manual"
)

// caught stands for standard error where a command's usage is wanted as values: instead of printing them, -h leaves the
// flags and the usage text here.
type caught struct {
	flags *flag.FlagSet
	about []string
}

// Write takes what the flags would print besides.
func (*caught) Write(text []byte) (int, error) { return len(text), nil }

// writeManual describes lanectl as JSON, a manual.Command.
func writeManual(ctx context.Context, stdout io.Writer) error {
	c, err := describe(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(c)
}

// describe asks every command for its flags.
func describe(ctx context.Context) (manual.Command, error) {
	c := manual.Command{
		Name: "lanectl", Part: 1, Summary: "look at Lanekeeper's parts, and try them out", Arguments: "COMMAND [flags] …",
		Description: []string{
			"Drives, shows and orders the daemons camerad(8), lane-detectd(8), controld(8) and lane-sim(8) through their control sockets " +
				"and segments of shared memory. Each command has flags of its own, which follow it.",
		},
		Options:  []manual.Option{{Name: "help", Doc: "list the commands, and exit"}},
		Sections: []manual.Section{exitStatus()},
	}
	for _, sub := range subcommands() {
		var usage caught
		if err := sub.run(ctx, []string{"-h"}, io.Discard, &usage); !errors.Is(err, flag.ErrHelp) || usage.flags == nil {
			return c, fmt.Errorf("describing %s: -h does not tell its flags: %w", sub.name, err)
		}
		c.Commands = append(c.Commands, manual.Command{
			Name: usage.flags.Name(), Part: c.Part, Summary: sub.summary, Arguments: usage.about[0],
			Description: manualParagraphs(usage.about[1:]),
			Options:     manual.Options(usage.flags),
			Sections:    []manual.Section{exitStatus()},
		})
	}
	return c, nil
}

// manualParagraphs joins the lines of a usage text: an empty one ends a paragraph, and those that are indented stay lines.
func manualParagraphs(lines []string) []string {
	var paragraphs []string
	last := ""
	for _, line := range lines {
		indented := strings.HasPrefix(line, " ")
		switch {
		case line == "":
		case last == "" || indented != strings.HasPrefix(last, " "):
			paragraphs = append(paragraphs, line)
		case indented:
			paragraphs[len(paragraphs)-1] += "\n" + line
		default:
			paragraphs[len(paragraphs)-1] += " " + line
		}
		last = line
	}
	return paragraphs
}

func exitStatus() manual.Section {
	return manual.Section{Title: "EXIT STATUS", Items: []manual.Item{
		{Term: "0", Text: "Done."},
		{Term: "1", Text: "Something went wrong; standard error says what."},
		{Term: "2", Text: "A mistake in the command line."},
	}}
}
