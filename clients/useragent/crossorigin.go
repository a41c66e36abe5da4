//go:build unix

package useragent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/chromedp/chromedp"
)

// PageRequest is a request that a script of a web page makes.
type PageRequest struct {
	Method string            `json:"method"` // "" means GET
	URL    string            `json:"url"`
	Header map[string]string `json:"headers,omitempty"`
	Body   string            `json:"body,omitempty"`
}

// PageAnswer is what the script got to see of the answer.
type PageAnswer struct {
	// Status is 0 where the browser kept the answer from the script.
	Status int `json:"status"`
	// Challenge is the WWW-Authenticate header as far as the server exposes it.
	Challenge string `json:"challenge"`
	// Error is the browser's own message, "" for none.
	Error string `json:"error"`
}

// crossOriginPage makes the requests one after the other and posts what came of
// them to the origin of the page, where nothing is in the way.
const crossOriginPage = `<!DOCTYPE html><title>A web page of another origin</title><script type="module">
const seen = [];
for (const r of %s) {
  try {
    const a = await fetch(r.url, {method: r.method || "GET", headers: r.headers, body: r.body, cache: "no-store", credentials: "omit"});
    seen.push({status: a.status, challenge: a.headers.get("WWW-Authenticate") || ""});
  } catch (e) {
    seen.push({error: String(e)});
  }
}
await fetch("/answers", {method: "POST", body: JSON.stringify(seen)});
</script>`

// CrossOrigin has a web page of an origin of its own make the requests, as a
// client does that runs in the browser, and returns what the page's script was
// allowed to see, in the same order. The error is one of the browser.
func (b *Browser) CrossOrigin(ctx context.Context, requests ...PageRequest) ([]PageAnswer, error) {
	list, err := json.Marshal(requests)
	if err != nil {
		return nil, fmt.Errorf("cross-origin page: %w", err)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("cross-origin page: %w", err)
	}
	answers := make(chan []PageAnswer, 1)
	const headerTime = 10 * time.Second
	server := &http.Server{ReadHeaderTimeout: headerTime, Handler: crossOriginHandler(list, answers)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	seen, err := b.visitPage(ctx, "http://"+l.Addr().String()+"/", answers)
	closed := server.Close()
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		closed = errors.Join(closed, served)
	}
	if err = errors.Join(err, closed); err != nil {
		return nil, fmt.Errorf("cross-origin page: %w", err)
	}
	if len(seen) != len(requests) {
		return nil, fmt.Errorf("cross-origin page: %d answers to %d requests", len(seen), len(requests))
	}
	return seen, nil
}

func crossOriginHandler(requests []byte, answers chan<- []PageAnswer) http.Handler {
	const mostAnswers = 1 << 20
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, crossOriginPage, requests) // encoding/json has escaped what could end the script
	})
	mux.HandleFunc("POST /answers", func(w http.ResponseWriter, r *http.Request) {
		var seen []PageAnswer
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostAnswers)).Decode(&seen); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		select {
		case answers <- seen:
		default: // Only the first word counts.
		}
	})
	return mux
}

// visitPage opens the page in a tab of its own and waits for its answers.
func (b *Browser) visitPage(ctx context.Context, address string, answers <-chan []PageAnswer) ([]PageAnswer, error) {
	own, giveBack, err := b.tab(ctx)
	if err != nil {
		return nil, err
	}
	defer giveBack()
	limited, cancel := context.WithCancel(own)
	defer cancel()
	stop := context.AfterFunc(ctx, cancel)
	defer stop()
	if err := chromedp.Do(limited, chromedp.Navigate(address)); err != nil {
		return nil, errors.Join(err, ctx.Err())
	}
	select {
	case seen := <-answers:
		return seen, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
