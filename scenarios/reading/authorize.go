package reading

import "net/url"

// SafeToOpen reports whether a browser may be sent to a URL: https, or http on
// this machine.
func SafeToOpen(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()))
}
