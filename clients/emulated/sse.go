package emulated

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"
)

// readEvents reads a server-sent event stream up to the response with the
// given id and returns that. Other messages on the stream are passed over. A
// stream that ends before is a cutStreamError.
func readEvents(r io.Reader, id int) (rpcMessage, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 4<<10), maxBody)
	want := strconv.Itoa(id)
	var data strings.Builder
	var cut cutStreamError
	for scanner.Scan() {
		line := scanner.Text()
		cut.note(line)
		if value, ok := strings.CutPrefix(line, "data:"); ok {
			if data.Len() > 0 {
				data.WriteByte('\n')
			}
			data.WriteString(strings.TrimPrefix(value, " "))
			continue
		}
		if line != "" || data.Len() == 0 {
			continue
		}
		var m rpcMessage
		if json.Unmarshal([]byte(data.String()), &m) == nil && (m.Result != nil || m.Error != nil) && string(m.ID) == want {
			return m, nil
		}
		data.Reset()
	}
	if err := scanner.Err(); err != nil {
		return rpcMessage{}, err
	}
	return rpcMessage{}, &cut
}

// note reads the fields of a stream that tell how to take it up again (WHATWG
// HTML section 9.2.6).
func (c *cutStreamError) note(line string) {
	if value, ok := strings.CutPrefix(line, "id:"); ok {
		c.lastID = strings.TrimPrefix(value, " ")
	}
	if value, ok := strings.CutPrefix(line, "retry:"); ok {
		if ms, err := strconv.ParseUint(strings.TrimPrefix(value, " "), 10, 32); err == nil {
			c.retry = time.Duration(ms) * time.Millisecond
		}
	}
}
