// Gen writes from the code: docs/shared-memory.md and the conformance vectors in docs/vectors, the offsets of the segment from
// package shm, those of the records from the structs of package msg, the words about them from their comments; the manual pages in
// docs/man and the completion for shells in packaging/completion, from what each command says that its flags and keys are.
//
//	go run ./docs/gen          writes, in the repository's root
//	go run ./docs/gen -check   compares, and fails where something differs; writes nothing
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	check := flag.Bool("check", false, "compare instead of writing")
	flag.Parse()
	if err := errors.Join(run(".", *check), runManuals(context.Background(), ".", *check)); err != nil {
		fmt.Fprintln(os.Stderr, "docs/gen:", err)
		os.Exit(1)
	}
}

// run generates the page and the vectors for the repository at root.
func run(root string, check bool) error {
	files, err := generate(root)
	if err != nil {
		return err
	}
	return update(root, files, check)
}

// update writes or compares generated files, by their path from root.
func update(root string, files map[string][]byte, check bool) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(root, name)
		if check {
			errs = append(errs, compare(path, files[name]))
			continue
		}
		errs = append(errs, os.WriteFile(path, files[name], 0o644))
	}
	return errors.Join(errs...)
}

func compare(path string, want []byte) error {
	got, err := os.ReadFile(path)
	if err == nil && !bytes.Equal(got, want) {
		err = fmt.Errorf("%s is not what the code says: make docs mends it", path)
	}
	return err
}

// generate makes the page and the vectors, by their path from root.
func generate(root string) (map[string][]byte, error) {
	source, err := parse(filepath.Join(root, "msg"))
	if err != nil {
		return nil, err
	}
	text, err := page(source)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"docs/shared-memory.md": text}
	vectors, err := makeVectors()
	if err != nil {
		return nil, err
	}
	for name, content := range vectors {
		files["docs/vectors/"+name] = content
	}
	return files, nil
}
