package quirk_test

import "time"

// Settings is a sample of every shape that settings have.
type Settings struct {
	Inline `yaml:",inline"`

	// Redirect says how redirect URIs are compared.
	Redirect Redirect `yaml:"redirect"`
	// Token says what tokens are like.
	Token *Token `yaml:"token"`
	// Words are
	// two lines.
	//
	// And a second paragraph.
	Words []string `yaml:"words"`
	// Hidden is not read from YAML.
	Hidden string `yaml:"-"`
}

// Port is an enumerated type.
type Port string

const (
	// AnyPort is the default.
	AnyPort Port = ""
	// ExactPort compares the port too.
	ExactPort Port = "exact"
	// NoPort refuses ports.
	NoPort Port = "none"
)

// Redirect is a group.
type Redirect struct {
	// LoopbackPort says which ports match.
	LoopbackPort Port `yaml:"loopbackPort"`
	// Limit is how many are allowed.
	Limit int `yaml:"limit"`
	// Mode has its values in a tag.
	Mode string `yaml:"mode" allowed:"a,b"`
	// Case has its values in the other tag.
	Case string `yaml:"case" values:"upper|lower"`
}

// Token is a group behind a pointer.
type Token struct {
	// Lifetime is how long a token lives.
	Lifetime time.Duration `yaml:"lifetime"`
	// Opaque tokens are no JWTs.
	Opaque bool `yaml:"opaque"`
}

// Inline has its fields among those of the struct that holds it.
type Inline struct {
	// Extra members by name.
	Extra map[string]string
}

// Bare has a field that nobody explained.
type Bare struct {
	Silent string `yaml:"silent"`
}
