package emulated

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

var errNoAnswer = errors.New("it ended without an answer")

// readEvents reads a server-sent event stream up to the response with the
// given id and returns that. Other messages on the stream are passed over.
func readEvents(r io.Reader, id int) (rpcMessage, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 4<<10), maxBody)
	want := strconv.Itoa(id)
	var data strings.Builder
	for scanner.Scan() {
		line := scanner.Text()
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
	return rpcMessage{}, errNoAnswer
}
