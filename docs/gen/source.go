package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// source is what the comments of a package say: what reflection does not know.
type source struct {
	fields map[string]string // by "Struct.Field"
	consts []constant        // in the order of the source
}

// constant is a typed constant of the package.
type constant struct {
	name, typ, value, doc string
}

// parse reads the package in dir, without its tests.
func parse(dir string) (*source, error) {
	s := &source{fields: map[string]string{}}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				if err := s.take(g); err != nil {
					return nil, fmt.Errorf("%s: %w", e.Name(), err)
				}
			}
		}
	}
	return s, nil
}

func (s *source) take(g *ast.GenDecl) error {
	for _, spec := range g.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if st, ok := spec.Type.(*ast.StructType); ok {
				s.takeStruct(spec.Name.Name, st)
			}
		case *ast.ValueSpec:
			typ, ok := spec.Type.(*ast.Ident)
			if g.Tok != token.CONST || !ok {
				continue
			}
			value, err := types.Eval(token.NewFileSet(), nil, token.NoPos, types.ExprString(spec.Values[0]))
			if err != nil {
				return fmt.Errorf("%s: %w", spec.Names[0].Name, err)
			}
			name := spec.Names[0].Name
			s.consts = append(s.consts, constant{name, typ.Name, value.Value.ExactString(), words(name, spec.Doc, spec.Comment)})
		}
	}
	return nil
}

func (s *source) takeStruct(name string, st *ast.StructType) {
	for _, f := range st.Fields.List {
		for _, n := range f.Names {
			s.fields[name+"."+n.Name] = words(n.Name, f.Doc, f.Comment)
		}
	}
}

// words is a comment on one line, without the name that it begins with.
func words(name string, groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if text := strings.Join(strings.Fields(g.Text()), " "); text != "" {
			for _, begin := range []string{name + ": ", name + " is ", name + " "} {
				text = strings.TrimPrefix(text, begin)
			}
			return strings.TrimSuffix(text, ".")
		}
	}
	return ""
}
