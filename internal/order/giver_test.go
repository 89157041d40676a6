package order

import (
	"errors"
	"strings"
	"testing"

	"lanekeeper/daemon"
)

func TestRead(t *testing.T) {
	long := strings.Repeat("x", MaxNameBytes)
	for body, want := range map[string]Giver{
		"":                                {By: AtVehicle},
		" \n":                             {By: AtVehicle},
		"{}":                              {By: AtVehicle},
		"null":                            {By: AtVehicle},
		`{"by":"ann's laptop"}`:           {By: "ann's laptop"},
		`{"by":"ann","id":"7f"}`:          {By: "ann", ID: "7f"},
		`{"by":"ann","at_ns":7}`:          {By: "ann", AtNs: 7},
		`{"by":"ann","at_ns":"7"}`:        {},
		`{"id":"7f"}` + "\n":              {By: AtVehicle, ID: "7f"},
		`{"by":"` + long + `"}`:           {By: long},
		`{"by":"` + long + `x"}`:          {},
		`{"by":""}`:                       {},
		`{"by":"a\nb"}`:                   {},
		`{"by":"a\u001b[2J"}`:             {},
		`{"by":"änn"}`:                    {},
		`{"by":"ann","id":"\u0000"}`:      {},
		`{"id":"` + long + long + `x"}`:   {},
		`{"by":7}`:                        {},
		`{"by":"ann","from":"elsewhere"}`: {},
		`{"by":"ann"}{"by":"bob"}`:        {},
		`{"by":"ann"`:                     {},
		`[]`:                              {},
		`"ann"`:                           {},
	} {
		got, err := Read([]byte(body))
		var usage *daemon.UsageError
		if want != (Giver{}) && (err != nil || got != want) {
			t.Errorf("%s: %+v, %v; %+v expected", body, got, err, want)
		}
		if want == (Giver{}) && (!errors.As(err, &usage) || got != Giver{By: Unknown}) {
			t.Errorf("%s: %+v, %v; an error expected", body, got, err)
		}
	}
}

func TestAskedNs(t *testing.T) {
	for atNs, want := range map[int64]int64{0: 1000, -5: 1000, 900: 900, 1000: 1000, 1001: 1000} {
		if g := (Giver{AtNs: atNs}); g.AskedNs(1000) != want {
			t.Errorf("made at %d and heard at 1000: asked at %d, %d expected", atNs, g.AskedNs(1000), want)
		}
	}
}
