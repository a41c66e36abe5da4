package main

import (
	"github.com/spf13/pflag"
)

// ownData are directories with clients and deployments of the user's own, which
// are read beside those that are built in.
type ownData struct {
	profiles, deployments []string
}

func (d *ownData) add(f *pflag.FlagSet) {
	f.StringArrayVar(&d.profiles, "profiles", nil, "directory with client profiles of your own, as YAML (may be repeated)")
	f.StringArrayVar(&d.deployments, "deployments", nil, "directory with deployments of your own, as YAML (may be repeated)")
}
