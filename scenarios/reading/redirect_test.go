package reading

import (
	"testing"
)

// RFC 8252 section 7.3: the port of a loopback redirect URI may vary, nothing
// else, and nowhere else.
func TestSameButPort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"http://127.0.0.1/callback", "http://127.0.0.1:49200/callback", true},
		{"http://localhost:1/callback", "http://localhost:2/callback", true},
		{"http://[::1]:1/callback", "http://[::1]:2/callback", true},
		{"http://127.0.0.1:1", "http://127.0.0.1:2/", true},
		{"https://app.example/callback", "https://app.example/callback", true},
		{"com.example:/callback", "com.example:/callback", true},
		{"http://127.0.0.1:1/callback", "http://127.0.0.1:2/callback/", false},
		{"http://127.0.0.1:1/callback", "http://127.0.0.1:2/other", false},
		{"http://127.0.0.1:1/callback", "http://localhost:1/callback", false},
		{"http://127.0.0.1:1/callback", "https://127.0.0.1:1/callback", false},
		{"http://127.0.0.1:1/callback", "http://127.0.0.1:1/callback?x=1", false},
		{"http://127.0.0.1:1/a%2Fb", "http://127.0.0.1:2/a/b", false},
		{"http://127.0.0.1.example/callback", "http://127.0.0.1.example:2/callback", false},
		{"https://app.example/callback", "https://app.example:444/callback", false},
		{"http://127.0.0.1:1/callback", "http://127.0.0.1:1@evil.example/callback", false},
		{"http://127.0.0.1:1/callback", "%", false},
	} {
		if got := SameButPort(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %t, want %t", c.a, c.b, got, c.want)
		}
		if got := SameButPort(c.b, c.a); got != c.want {
			t.Errorf("%s and %s: %t, want %t", c.b, c.a, got, c.want)
		}
	}
}

func TestOnlyHTTPSAndLoopbackAreSafeToOpen(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		"https://as.example/authorize":          true,
		"http://127.0.0.1:8002/authorize":       true,
		"http://127.9.9.9/authorize":            true,
		"http://[::1]:8002/authorize":           true,
		"http://LOCALHOST/authorize":            true,
		"http://as.example/authorize":           false,
		"http://127.0.0.1.as.example/authorize": false,
		"http://localhost.as.example/authorize": false,
		"http://127.0.0.1@as.example/authorize": false,
		"javascript:alert(1)//127.0.0.1":        false,
		"file:///etc/passwd":                    false,
		"//as.example/authorize":                false,
		"":                                      false,
	} {
		if got := SafeToOpen(raw); got != want {
			t.Errorf("%q: %t, want %t", raw, got, want)
		}
	}
}
