package source

import "strings"

// heading tells whoever finds the file what it is.
const heading = `# Written by lanectl source, read by Lanekeeper's units (systemd.exec(5), EnvironmentFile=): what the daemons know of the
# simulator while it is the source. lanectl source camera removes it.
`

// format writes NAME=value pairs as systemd reads them.
func format(environment []string) []byte {
	quoter := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`)
	var b strings.Builder
	b.WriteString(heading)
	for _, e := range environment {
		name, value, _ := strings.Cut(e, "=")
		b.WriteString(name + `="` + quoter.Replace(value) + "\"\n")
	}
	return []byte(b.String())
}

// unquote reads one line of such a file.
func unquote(line string) string {
	name, value, _ := strings.Cut(line, "=")
	value = strings.TrimSuffix(strings.TrimPrefix(value, `"`), `"`)
	var b strings.Builder
	escaped := false
	for _, r := range value {
		if r == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		b.WriteRune(r)
	}
	return name + "=" + b.String()
}
