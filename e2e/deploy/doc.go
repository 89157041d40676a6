// Package deploy tests packaging/deploy.sh for real: it deploys packages over ssh to a Debian that is booted in a container.
package deploy
