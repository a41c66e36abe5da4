package useragent

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

// The server's share is in the figures: nine requests over HTTP.
func benchmark(b *testing.B, ua clients.UserAgent) {
	b.Helper()
	s := newAuthServer(b)
	const redirect = "http://127.0.0.1:1/callback"
	visit := clients.Visit{URL: s.url("/authorize", redirect), RedirectURI: redirect, Receive: new(received).receive}
	for b.Loop() {
		if l, err := ua.Open(b.Context(), visit); err != nil || !l.Delivered {
			b.Fatalf("landed at %+v, %v", l, err)
		}
	}
}

func BenchmarkHTTP(b *testing.B) {
	ua, err := NewHTTP(Options{})
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, ua)
}

func BenchmarkChrome(b *testing.B) {
	ua, err := NewChrome(newBrowser(b), Options{})
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, ua)
}
