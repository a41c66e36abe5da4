package reading

import (
	"bytes"
	"strings"
)

// format is a kind of file that is not read here.
type format struct {
	begins string // its first bytes
	is     string
	so     string // what to do about it
}

const (
	unpack = "unpack it first"
	export = "export a HAR file from the program that made it"
)

func formats() []format {
	return []format{
		{"\x1f\x8b", "compressed by gzip", unpack + " (gzip -dc FILE | mcpcompat judge -)"},
		{"\xfd7zXZ\x00", "compressed by xz", unpack + " (xz -dc FILE | mcpcompat judge -)"},
		{"\x28\xb5\x2f\xfd", "compressed by zstd", unpack + " (zstd -dc FILE | mcpcompat judge -)"},
		{"BZh", "compressed by bzip2", unpack + " (bzip2 -dc FILE | mcpcompat judge -)"},
		{"PK\x03\x04", "a ZIP archive (a Fiddler session is one)", "unpack it, or " + export},
		{"\xd4\xc3\xb2\xa1", "a packet capture (pcap), in which HTTPS cannot be read", export},
		{"\xa1\xb2\xc3\xd4", "a packet capture (pcap), in which HTTPS cannot be read", export},
		{"\x4d\x3c\xb2\xa1", "a packet capture (pcap), in which HTTPS cannot be read", export},
		{"\x0a\x0d\x0d\x0a", "a packet capture (pcapng), in which HTTPS cannot be read", export},
		{"\xff\xfe", "text in UTF-16", "save it as UTF-8"},
		{"\xfe\xff", "text in UTF-16", "save it as UTF-8"},
		{"<", "HTML or XML", export},
		{"{\"constants\"", "a network log of Chrome (net-export)", "export a HAR file from the developer tools"},
	}
}

// otherFormat says in a sentence what a file is that is neither a recording nor
// a HAR file, "" where its beginning does not tell.
func otherFormat(head []byte) string {
	text := string(bytes.TrimLeft(head, " \t\r\n"))
	for _, f := range formats() {
		if strings.HasPrefix(text, f.begins) || bytes.HasPrefix(head, []byte(f.begins)) {
			return "the file is " + f.is + ": " + f.so
		}
	}
	// A flow file of mitmproxy is a dictionary of tnetstrings: a length, a colon.
	digits := strings.TrimLeft(text, "0123456789")
	if len(digits) < len(text) && strings.HasPrefix(digits, ":") {
		return "the file holds flows of mitmproxy: export them (mitmdump -nr FILE --set hardump=FILE.har)"
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return "the file is binary, neither a HAR file nor a recording: " + export
	}
	return ""
}
