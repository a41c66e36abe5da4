package emulated

import (
	"net/http"
	"net/url"
	"testing"
)

func TestTheMethodThatNobodyNames(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		when   WhenUnnamed
		listed []string
		want   TokenAuthMethod
	}{
		{"", []string{"client_secret_post", "client_secret_basic"}, AuthBasic},
		{"", []string{"client_secret_post"}, AuthPost},
		{"", nil, AuthBasic},
		{PostFirst, []string{"client_secret_basic", "client_secret_post"}, AuthPost},
		{PostFirst, []string{"client_secret_basic"}, AuthBasic},
		{PostFirst, []string{"none"}, AuthPost},
		{ListedFirst, []string{"none", "client_secret_post", "client_secret_basic"}, AuthPost},
		{ListedFirst, []string{"client_secret_basic", "client_secret_post"}, AuthBasic},
		{ListedFirst, nil, AuthBasic},
	} {
		if got := test.when.choose(test.listed); got != test.want {
			t.Errorf("%q of %v: %s, want %s", test.when, test.listed, got, test.want)
		}
	}
}

func TestChallengesOfOtherOrigins(t *testing.T) {
	t.Parallel()
	s := &Session{mcpURL: &url.URL{Scheme: "https", Host: "mcp.example.com", Path: "/mcp"}}
	const own, foreign = "https://mcp.example.com/x", "https://other.example.com/x"
	if got := s.challengedURL(foreign); got != foreign {
		t.Errorf("not followed: %q", got)
	}
	s.behaviour.Discovery.ChallengeURL = ChallengeURLSameOrigin
	for where, want := range map[string]string{own: own, foreign: "", "/x": "", "": "", "https://mcp.example.com.evil.example/x": ""} {
		if got := s.challengedURL(where); got != want {
			t.Errorf("%q: %q, want %q", where, got, want)
		}
	}
}

func TestSlashesOfIssuers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		tolerance     MetadataIssuer
		asked, listed string // ends of the issuer
		refused       bool
	}{
		{"", "/", "", true},
		{IssuerSlashTolerant, "", "/", false},
		{IssuerAskedSlashTolerant, "", "", false},
		{IssuerAskedSlashTolerant, "/", "", false},
		{IssuerAskedSlashTolerant, "", "/", true},
		{IssuerAskedSlashTolerant, "/x", "", true},
	} {
		s := &Session{behaviour: Behaviour{Discovery: Discovery{MetadataIssuer: test.tolerance}}}
		const as = "https://as.example.com"
		if refused := !s.sameIssuer(as+test.listed, as+test.asked); refused != test.refused {
			t.Errorf("%q: asked %q, metadata %q: refused is %v", test.tolerance, test.asked, test.listed, refused)
		}
	}
}

func TestSomeMethodMustBeAdvertised(t *testing.T) {
	t.Parallel()
	g := newGuard(Network{}, "https://mcp.example.com/mcp")
	s := &Session{}
	s.program.Store(&program{http: &requester{guard: g}})
	for _, test := range []struct {
		needs   PKCEAdvertised
		methods []string
		good    bool
	}{
		{"", []string{"plain"}, false},
		{PKCESomeAdvertised, []string{"plain"}, true},
		{PKCESomeAdvertised, []string{}, false},
		{PKCESomeAdvertised, nil, false},
		{PKCEAbsentTolerated, nil, true},
		{PKCEUnchecked, []string{"plain"}, true},
	} {
		s.behaviour.PKCE.Advertised = test.needs
		m := &serverMetadata{Authorization: "https://as.example.com/a", Token: "https://as.example.com/t", PKCEMethods: test.methods}
		if err := s.checkServer(m, "x"); (err == nil) != test.good {
			t.Errorf("%q with %v: %v", test.needs, test.methods, err)
		}
	}
}

func TestTokenResponsesThatAreForms(t *testing.T) {
	t.Parallel()
	const form, text = "access_token=at&token_type=bearer&expires_in=60&scope=a", "application/x-www-form-urlencoded"
	for _, test := range []struct {
		choice            TokenAnswer
		contentType, body string
		good              bool
	}{
		{"", text, form, false},
		{TokenFormToo, text + "; charset=utf-8", form, true},
		{TokenFormToo, "application/json", form, false},
		{TokenFormToo, "application/json", `{"access_token":"at","token_type":"Bearer"}`, true},
		{TokenFormToo, text, "access_token=at&token_type=bearer&expires_in=soon", false},
		{TokenFormToo, text, "%zz", false},
	} {
		a := &answer{status: http.StatusOK, header: http.Header{"Content-Type": {test.contentType}}, body: []byte(test.body)}
		got, err := readTokens(TokenAuth{Answer: test.choice}.asJSON(a), false)
		if (err == nil) != test.good || test.good && got.access != "at" {
			t.Errorf("%q as %s, read %q: %v", test.body, test.contentType, test.choice, err)
		}
	}
}
