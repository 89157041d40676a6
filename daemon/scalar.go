package daemon

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// setScalar stores the text of one value, and says whether it is one that the key allows.
func (k *key) setScalar(v reflect.Value, n *yaml.Node) bool {
	text, tag := n.Value, n.ShortTag()
	if tag == "!!null" || strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return false
	}
	quoted := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	if v.Kind() == reflect.String {
		if len(k.oneOf) > 0 && !slices.Contains(k.oneOf, text) {
			return false
		}
		v.SetString(text)
		return true
	}
	if v.Type() == durationType {
		d, err := time.ParseDuration(text)
		if err != nil || !k.bounds.contain(float64(d)) {
			return false
		}
		v.SetInt(int64(d))
		return true
	}
	if quoted {
		return false
	}
	switch v.Kind() {
	case reflect.Bool:
		if text != "true" && text != "false" {
			return false
		}
		v.SetBool(text == "true")
		return true
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil || !k.bounds.contain(f) {
			return false
		}
		v.SetFloat(f)
		return true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		u, err := strconv.ParseUint(text, base(text), v.Type().Bits())
		if err != nil || !k.bounds.contain(float64(u)) {
			return false
		}
		v.SetUint(u)
		return true
	}
	i, err := strconv.ParseInt(text, base(text), v.Type().Bits())
	if err != nil || !k.bounds.contain(float64(i)) {
		return false
	}
	v.SetInt(i)
	return true
}

// base is 16 for 0x40, an I2C address, and 10 for all else: 010 is ten, not eight.
func base(text string) int {
	if strings.HasPrefix(text, "0x") {
		return 0
	}
	return 10
}

// allowed says in words what the key takes: "a number from 0 to 10 (1/m)".
func (k *key) allowed() string {
	if k.sub != nil {
		if k.list {
			return "a list of sections with " + strings.Join(k.sub.names(), ", ")
		}
		return "a section with " + strings.Join(k.sub.names(), ", ")
	}
	what := k.allowedScalar()
	if k.list && k.fixed > 0 {
		return "a list of " + strconv.Itoa(k.fixed) + ", each " + what
	}
	if k.list {
		return "a list, each " + what
	}
	return what
}

func (k *key) allowedScalar() string {
	what := "a whole number"
	switch {
	case len(k.oneOf) > 0:
		return "one of " + strings.Join(k.oneOf, ", ")
	case k.item == durationType:
		what = "a time with its unit, such as 80ms,"
		if k.bounds.String() == "" {
			what = "a time with its unit, such as 80ms"
		}
	case k.item.Kind() == reflect.String:
		return "text"
	case k.item.Kind() == reflect.Bool:
		return "true or false"
	case k.item.Kind() == reflect.Float32 || k.item.Kind() == reflect.Float64:
		what = "a number"
	}
	if limits := k.bounds.String(); limits != "" {
		what += " " + limits
	}
	if k.unit != "" {
		what += " (" + k.unit + ")"
	}
	return what
}

// formatScalar is a value as the configuration file spells it.
func formatScalar(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return quote(v.String())
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Float32, reflect.Float64:
		f, form := v.Float(), byte('f')
		if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
			form = 'e'
		}
		return strconv.FormatFloat(f, form, -1, v.Type().Bits())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10)
	}
	if v.Type() == durationType {
		return time.Duration(v.Int()).String()
	}
	return strconv.FormatInt(v.Int(), 10)
}

// quote is a text as YAML on one line, in quotes only where it would be taken for something else without them.
func quote(s string) string {
	n := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if strings.ContainsAny(s, "\n\r\t,[]{}#\u0085\u2028\u2029") || s != strings.ToValidUTF8(s, "") {
		return strconv.QuoteToASCII(s)
	}
	out, err := yaml.Marshal(&n)
	if err != nil || strings.Count(string(out), "\n") != 1 {
		return strconv.QuoteToASCII(s)
	}
	return strings.TrimSuffix(string(out), "\n")
}
