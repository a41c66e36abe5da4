//go:build unix

package useragent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// windowed opens a window at a server with these pages.
func windowed(t *testing.T, pages map[string]string) (b *Browser, w *Window, base string, left <-chan string) {
	t.Helper()
	b = NewBrowser(BrowserOptions{})
	if err := b.Available(); err != nil {
		t.Skip("needs a browser: " + err.Error())
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, pages[r.URL.Path])
	}))
	t.Cleanup(server.Close)
	leaves := make(chan string, 8)
	w, err := b.Window(t.Context(), server.URL+"/", func(url string) { leaves <- url })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return b, w, server.URL, leaves
}

func TestWindow(t *testing.T) {
	t.Parallel()
	b, w, base, _ := windowed(t, map[string]string{
		"/": `<p id="late" hidden>not yet</p><button onclick="setTimeout(() => { late.hidden = false; late.textContent = 'there' }, 20)">Go on</button>
			<input id="name" oninput="document.title = this.value">`,
		"/other": `<p>other</p><script>localStorage.setItem("told", "yes")</script>`,
	})
	ctx := t.Context()
	late := Shown{Selector: "#late"}
	if err := w.Gone(ctx, Shown{Selector: "#late", Text: "there"}); err != nil {
		t.Error(err)
	}
	if err := w.Click(ctx, Shown{Selector: "button", Text: "Go"}); err != nil {
		t.Fatal(err)
	}
	if i, text, err := w.Await(ctx, Shown{Selector: "#never"}, late); err != nil || i != 1 || text != "there" {
		t.Errorf("awaited %d %q, %v", i, text, err)
	}
	var title string
	if err := errors.Join(w.Evaluate(ctx, `document.querySelector("#name").focus()`, nil), w.Type(ctx, "alice"),
		w.Evaluate(ctx, "document.title", &title)); err != nil || title != "alice" {
		t.Errorf("typed %q, %v", title, err)
	}

	// Another window of the browser shares what pages store.
	other, err := b.Window(ctx, base+"/other", func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	other.Close()
	other.Close()
	var told string
	if err := w.Evaluate(ctx, `localStorage.getItem("told")`, &told); err != nil || told != "yes" {
		t.Errorf("the other window told %q, %v", told, err)
	}
	if err := w.Go(ctx, base+"/other"); err != nil {
		t.Error(err)
	}
	if _, text, err := w.Await(ctx, Shown{Selector: "p", Text: "other"}); err != nil || text != "other" {
		t.Errorf("after going on: %q, %v", text, err)
	}
}

// What leads elsewhere is handed over, and the page stays.
func TestWindowIsNotLeft(t *testing.T) {
	t.Parallel()
	const elsewhere = "http://127.0.0.1:1/authorize?a=b"
	_, w, _, left := windowed(t, map[string]string{"/": fmt.Sprintf(`<p>here</p>
		<button id="goes" onclick="location.href = '%s'"></button>
		<button id="opens" onclick="window.open('%s')"></button>
		<button id="late" onclick="const w = window.open('about:blank'); w.location.href = '%s'"></button>
		<style>button { width: 9px; height: 9px }</style>`, elsewhere, elsewhere, elsewhere)})
	for _, how := range []string{"#goes", "#opens", "#late"} {
		if err := w.Click(t.Context(), Shown{Selector: how}); err != nil {
			t.Fatal(err)
		}
		if url := <-left; url != elsewhere {
			t.Errorf("%s: it leads to %s", how, url)
		}
		if _, _, err := w.Await(t.Context(), Shown{Selector: "p", Text: "here"}); err != nil {
			t.Errorf("%s: %v", how, err)
		}
	}
	if len(left) > 0 {
		t.Errorf("it leads to %s too", <-left)
	}
}

func TestWindowThatShowsNothing(t *testing.T) {
	t.Parallel()
	b, w, _, _ := windowed(t, map[string]string{"/": "<p>here</p>"})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := w.Await(ctx, Shown{Selector: "#never"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("what never comes: %v", err)
	}
	if err := w.Evaluate(t.Context(), "nothing.there", nil); err == nil {
		t.Error("a script that fails succeeded")
	}
	if _, err := b.Window(t.Context(), "http://127.0.0.1:1/", func(string) {}); err == nil {
		t.Error("a window of a server that is not there")
	}
	// The browser may go first.
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if err := w.Evaluate(t.Context(), "1", nil); err == nil {
		t.Error("a window without a browser answered")
	}
}
