package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"lanekeeper/manual"
)

// Where manual pages and completion are. Nothing else is in these folders.
const (
	pagesFolder      = "docs/man"
	completionFolder = "packaging/completion"
	daemonsPart      = 8 // of the manual; an argument called DAEMON is one of those
)

// runManuals generates pages and completion for the repository at root, and finds those of commands that are no more.
func runManuals(ctx context.Context, root string, check bool) error {
	list, err := commands(ctx, root)
	if err != nil {
		return err
	}
	files, err := manuals(list)
	if err != nil {
		return err
	}
	if !check {
		for name := range files {
			if err := os.MkdirAll(filepath.Join(root, path.Dir(name)), 0o755); err != nil {
				return fmt.Errorf("making a folder for pages: %w", err)
			}
		}
	}
	return errors.Join(update(root, files, check), weed(root, files, check))
}

// manuals makes the pages and the completion of commands, by their path from the root.
func manuals(list []manual.Command) (map[string][]byte, error) {
	files := map[string][]byte{}
	var errs []error
	add := func(name string, write func(io.Writer, manual.Command) error, c manual.Command) {
		var b bytes.Buffer
		errs = append(errs, write(&b, c))
		files[name] = b.Bytes()
	}
	addPage := func(c manual.Command) {
		add(fmt.Sprintf("%s/%s.%d", pagesFolder, c.Page(), c.Part), manual.WriteRoff, c)
	}
	var daemons []string
	for _, c := range list {
		if c.Part == daemonsPart {
			daemons = append(daemons, c.Name)
		}
	}
	for i, c := range list {
		c.Commands = slices.Clone(c.Commands)
		for k, sub := range c.Commands {
			if strings.Contains(sub.Arguments, "DAEMON") {
				c.Commands[k].Words = append(slices.Clone(sub.Words), daemons...)
			}
			sub.SeeAlso = append(sub.SeeAlso, c.Reference())
			addPage(sub)
			c.SeeAlso = append(c.SeeAlso, sub.Reference())
		}
		for j, other := range list {
			if j != i {
				c.SeeAlso = append(c.SeeAlso, other.Reference())
			}
		}
		addPage(c)
		typed := manual.Grouped(c)
		add(path.Join(completionFolder, "bash", c.Name), manual.WriteBash, typed)
		add(path.Join(completionFolder, "zsh", "_"+c.Name), manual.WriteZsh, typed)
		add(path.Join(completionFolder, "fish", c.Name+".fish"), manual.WriteFish, typed)
	}
	return files, errors.Join(errs...)
}

// weed removes what is in the folders of pages and completion and was not generated, or names it.
func weed(root string, files map[string][]byte, check bool) error {
	var errs []error
	for _, pattern := range []string{pagesFolder + "/*", completionFolder + "/*/*"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		errs = append(errs, err)
		for _, file := range found {
			name, err := filepath.Rel(root, file)
			errs = append(errs, err)
			if _, ok := files[filepath.ToSlash(name)]; ok {
				continue
			}
			if check {
				errs = append(errs, fmt.Errorf("%s is of no command: make docs removes it", file))
				continue
			}
			errs = append(errs, os.Remove(file))
		}
	}
	return errors.Join(errs...)
}
