package onnx

import (
	"errors"
	"fmt"
)

// graphReader reads a GraphProto.
type graphReader struct {
	nodes   int
	inputs  []Value
	outputs []Value
	known   map[string]bool // names that a node may take: inputs, weights, outputs of nodes before
}

// read goes over the graph twice: what is known to all nodes stands behind them in the file.
func (g *graphReader) read(graph []byte) error {
	weights := map[string]bool{}
	err := fields(graph, func(f field) (err error) {
		switch f.num {
		case 5:
			var t tensor
			if t, err = readTensor(f.bytes); err == nil {
				err = t.check()
			}
			weights[t.name], g.known[t.name] = true, true
		case 11, 12:
			var v Value
			if v, err = readValue(f.bytes); err != nil {
				return err
			}
			if f.num == 12 {
				g.outputs = append(g.outputs, v)
				return nil
			}
			g.inputs = append(g.inputs, v)
			g.known[v.Name] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	fed := g.inputs[:0]
	for _, v := range g.inputs {
		if !weights[v.Name] { // older files list the weights among the inputs
			fed = append(fed, v)
		}
	}
	g.inputs = fed
	err = fields(graph, func(f field) error {
		if f.num != 1 {
			return nil
		}
		g.nodes++
		return g.node(f.bytes)
	})
	if err != nil {
		return err
	}
	if g.nodes == 0 {
		return errors.New("it has no nodes")
	}
	for _, v := range g.outputs {
		if !g.known[v.Name] {
			return fmt.Errorf("nothing makes its output %q: %w", v.Name, errCut)
		}
	}
	return nil
}

// node reads a NodeProto. Nodes stand in the order in which they are computed.
func (g *graphReader) node(message []byte) error {
	var name, op, domain, missing string
	var made []string
	err := fields(message, func(f field) error {
		switch s := string(f.bytes); f.num {
		case 1:
			if !g.known[s] {
				missing = s
			}
		case 2:
			made = append(made, s)
		case 3:
			name = s
		case 4:
			op = s
		case 7:
			domain = s
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case op == "":
		return fmt.Errorf("node %d has no operator: %w", g.nodes, errCut)
	case missing != "":
		return fmt.Errorf("nothing makes %q, which node %q (%s) takes: %w", missing, name, op, errCut)
	case domain != "" && domain != "ai.onnx":
		return fmt.Errorf("the operator %s of %s is not one of ONNX's own: export it without extensions", op, domain)
	}
	for _, s := range made {
		g.known[s] = true
	}
	return nil
}
