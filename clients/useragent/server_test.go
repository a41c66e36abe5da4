package useragent

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// authServer is as much of an authorization server as a user sees.
type authServer struct {
	*httptest.Server

	recorder *trace.Recorder
	hang     chan struct{}
}

func newAuthServer(t testing.TB) *authServer {
	t.Helper()
	s := &authServer{recorder: trace.NewRecorder(trace.Setting{}), hang: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", s.authorize)
	mux.HandleFunc("/login", s.login)
	mux.HandleFunc("/consent", s.consent)
	mux.HandleFunc("GET /script", func(w http.ResponseWriter, r *http.Request) {
		show(w, http.StatusOK, `<div id="app">loading</div><script>setTimeout(() => { app.innerHTML =
			'<button id="allow" onclick="location.href=\'/answer?%s\'">Allow</button>' }, 50)</script>`, r.URL.RawQuery)
	})
	mux.HandleFunc("GET /answer", func(w http.ResponseWriter, r *http.Request) { answer(w, r, "code", "c0de") })
	mux.HandleFunc("GET /strange", func(w http.ResponseWriter, _ *http.Request) {
		show(w, http.StatusBadRequest, `<h1>Unknown client</h1><p>It is not registered.</p>`)
	})
	mux.HandleFunc("GET /stuck", func(w http.ResponseWriter, _ *http.Request) {
		show(w, http.StatusOK, `<form><input id="username"><input id="password"><button id="sign-in" type="button">x</button></form>`)
	})
	mux.HandleFunc("GET /halfway", func(w http.ResponseWriter, _ *http.Request) {
		show(w, http.StatusOK, `<form><button id="allow">Allow</button></form>`)
	})
	mux.HandleFunc("GET /away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	})
	mux.HandleFunc("GET /round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("GET /hang", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-s.hang:
		case <-r.Context().Done():
		}
	})
	s.Server = httptest.NewServer(s.recorder.Handler(trace.AuthorizationServer, mux))
	t.Cleanup(func() { close(s.hang); s.CloseClientConnections(); s.Close() })
	return s
}

// url is an authorization request to one of the pages.
func (s *authServer) url(path, redirectURI string) string {
	return s.URL + path + "?" + url.Values{"redirect_uri": {redirectURI}, "state": {"xyz=="}}.Encode()
}

func show(w http.ResponseWriter, status int, body string, args ...any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><title>Test</title><link rel="icon" href="data:,"><body>`+body, args...)
}

func (s *authServer) authorize(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie("session"); err != nil {
		http.Redirect(w, r, "/login?"+r.URL.RawQuery, http.StatusFound)
		return
	}
	http.Redirect(w, r, "/consent?"+r.URL.RawQuery, http.StatusFound)
}

func (s *authServer) login(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	if r.Method == http.MethodPost {
		if r.PostFormValue("username") == "alice" && r.PostFormValue("password") == "wonderland" && r.PostFormValue("csrf") == "t0ken" {
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "s3ssion", HttpOnly: true, Path: "/"})
			http.Redirect(w, r, "/authorize?"+r.URL.RawQuery, http.StatusSeeOther)
			return
		}
		status = http.StatusUnprocessableEntity
	}
	show(w, status, `<h1>Sign in</h1><form method="post"><input type="hidden" name="csrf" value="t0ken">
		<label>User <input id="username" name="username" required></label>
		<label>Password <input id="password" name="password" type="password"></label>
		<button id="sign-in">Sign in</button></form>`)
}

func (s *authServer) consent(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie("session"); err != nil {
		show(w, http.StatusForbidden, "no session")
		return
	}
	if r.Method != http.MethodPost {
		show(w, http.StatusOK, `<h1>Allow access?</h1><div style="height:3000px"></div><form method="post">
			<label><input type="checkbox" name="scope" value="read" checked> read</label>
			<label><input type="checkbox" name="scope" value="write"> write</label>
			<button id="deny" name="decision" value="deny">Deny</button>
			<button id="allow" name="decision" value="allow">Allow</button></form>`)
		return
	}
	if err := r.ParseForm(); err != nil || strings.Join(r.PostForm["scope"], " ") != "read" {
		show(w, http.StatusBadRequest, "wrong scopes: %s", r.PostForm["scope"])
		return
	}
	if r.PostForm.Get("decision") == "allow" {
		answer(w, r, "code", "c0de")
		return
	}
	answer(w, r, "error", "access_denied")
}

func answer(w http.ResponseWriter, r *http.Request, name, value string) {
	q := r.URL.Query()
	separator := "?"
	if strings.Contains(q.Get("redirect_uri"), "?") {
		separator = "&"
	}
	http.Redirect(w, r, q.Get("redirect_uri")+separator+url.Values{name: {value}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
}
