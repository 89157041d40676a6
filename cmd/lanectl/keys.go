package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"lanekeeper/manual"
	"lanekeeper/telemetry/keys"
)

// newKeysFlags is the flag set of a command about keys.
func newKeysFlags(name string, stderr io.Writer, about ...string) (set *flag.FlagSet, dir *string) {
	set = newFlags(name, stderr, about...)
	return set, set.String("keys-dir", keys.DefaultDir, "`directory` of the keys, as telemetry.keys_dir has it")
}

// parseKeysFlags reads the command line of such a command, which must have so many arguments.
func parseKeysFlags(set *flag.FlagSet, args []string, count int, what string) error {
	if err := parseFlags(set, args, count > 0); err != nil {
		return err
	}
	if set.NArg() != count {
		return usageError{fmt.Errorf("%s: %s expected", strings.TrimPrefix(set.Name(), "lanectl "), what)}
	}
	return nil
}

// rooted says what to do where only root may.
func rooted(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: use sudo, or name your own directory with --keys-dir", err)
	}
	return err
}

func keysInitCommand(_ context.Context, args []string, stdout, stderr io.Writer) error {
	set, dir := newKeysFlags("keys init", stderr, "[flags]",
		"Makes the vehicle's key, with which viewers know it and what is sent beyond it is encrypted. A key that is there",
		"already stays. docs/telemetry.md has more.")
	if err := parseKeysFlags(set, args, 0, ""); err != nil {
		return err
	}
	public, made, err := keys.Init(*dir)
	if err != nil {
		return rooted(err)
	}
	what := "the vehicle has a key already"
	if made {
		what = "the vehicle has a key now"
	}
	_, err = fmt.Fprintf(stdout, "%s, in %s\npublic key, for viewers: %s\nlet a viewer in with: lanectl keys authorise NAME 'KEY'\n",
		what, *dir, public)
	return err
}

func keysShowCommand(_ context.Context, args []string, stdout, stderr io.Writer) error {
	set, dir := newKeysFlags("keys show", stderr, "[flags]", "Shows the vehicle's public key, which a viewer is told.")
	if err := parseKeysFlags(set, args, 0, ""); err != nil {
		return err
	}
	public, err := keys.ServerPublic(*dir)
	if err != nil {
		return rooted(err)
	}
	_, err = fmt.Fprintln(stdout, public)
	return err
}

func keysAuthoriseCommand(_ context.Context, args []string, stdout, stderr io.Writer) error {
	set, dir := newKeysFlags("keys authorise", stderr, "[flags] NAME KEY",
		"Lets a viewer in, or changes what one may do. NAME is yours to choose: it stands in the log beside what the viewer",
		"orders. KEY is the viewer's public key, in single quotes, as lane-viewer tells it, or a file that holds it. Running daemons",
		"take it within two seconds; who is connected then connects again.")
	role := string(keys.View)
	set.Var(manual.Text(&role, role, string(keys.View), string(keys.Operate)), "role",
		"what the viewer may do: view, or operate the vehicle as well")
	if err := parseKeysFlags(set, args, 2, "NAME and KEY"); err != nil {
		return err
	}
	v := keys.Viewer{Name: set.Arg(0), Public: set.Arg(1), Role: keys.Role(role)}
	if text, err := os.ReadFile(v.Public); err == nil {
		v.Public = strings.TrimSpace(string(text))
	}
	if err := keys.Authorise(*dir, v); err != nil {
		return rooted(err)
	}
	_, err := fmt.Fprintf(stdout, "%s may %s\n", v.Name, v.Role)
	return err
}

func keysRevokeCommand(_ context.Context, args []string, stdout, stderr io.Writer) error {
	set, dir := newKeysFlags("keys revoke", stderr, "[flags] NAME", "Shuts a viewer out, within two seconds, also while it is connected.")
	if err := parseKeysFlags(set, args, 1, "NAME"); err != nil {
		return err
	}
	if err := keys.Revoke(*dir, set.Arg(0)); err != nil {
		return rooted(err)
	}
	_, err := fmt.Fprintf(stdout, "%s is shut out\n", set.Arg(0))
	return err
}

func keysListCommand(_ context.Context, args []string, stdout, stderr io.Writer) error {
	set, dir := newKeysFlags("keys list", stderr, "[flags]", "Lists the viewers that are let in, what each may do, and its public key.")
	if err := parseKeysFlags(set, args, 0, ""); err != nil {
		return err
	}
	all, err := keys.List(*dir)
	if err != nil {
		return rooted(err)
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(stdout, "nobody is let in; lanectl keys authorise lets a viewer in")
		return err
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, v := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\n", v.Name, v.Role, v.Public)
	}
	return w.Flush()
}
