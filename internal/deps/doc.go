// Package deps tests tools/deps.sh, which a newcomer's first command runs before anything else: on a system made of
// stand-ins, so that each thing that may be missing is missing once, and every word it then says is checked.
package deps
