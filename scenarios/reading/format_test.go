package reading

import (
	"strings"
	"testing"
)

func TestOtherFormatsAreNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\x1f\x8b\x08\x00":         "compressed by gzip",
		"PK\x03\x04rest":           "a ZIP archive",
		"\xd4\xc3\xb2\xa1\x02\x00": "a packet capture (pcap)",
		"\x0a\x0d\x0d\x0a\x1c\x00": "a packet capture (pcapng)",
		"\r\n<!doctype html>":      "HTML or XML",
		"\xff\xfe{\x00":            "UTF-16",
		"{\"constants\":{}}":       "a network log of Chrome",
		"8412:9:websocket;0:~":     "flows of mitmproxy",
		"abc\x00\x01":              "binary",
		"{\"a\":1}":                "neither a HAR file",
		"[1]":                      "neither a HAR file",
		"{\"schema\":\"mcpcompat/recording/v9\"}":  "schema is",
		"{\"log\":{\"entries\":[]}}":               "no entries",
		"hello":                                    "not valid JSON",
		"\xef\xbb\xbf{\"log\":{\"entries\":[{\"st": "ends in the middle",
	} {
		if _, err := Import(strings.NewReader(text), "file"); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "file") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
