package main

import (
	"strconv"

	"github.com/mcpcompat/mcpcompat/scenarios"
)

// shardFlag is the flag that takes one of several parts of a plan.
type shardFlag struct{ scenarios.Shard }

// String is what Set reads; "" is the whole.
func (s *shardFlag) String() string {
	if s.Of == 0 {
		return ""
	}
	return strconv.Itoa(s.Index) + "/" + strconv.Itoa(s.Of)
}

// Set reads a value of the command line.
func (s *shardFlag) Set(text string) error {
	parsed, err := scenarios.ParseShard(text)
	s.Shard = parsed
	return err
}

// Type stands for the value in the help.
func (*shardFlag) Type() string { return "part" }
