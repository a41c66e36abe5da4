package proc

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Where the numbers are that are needed of /proc/PID/stat, counted from behind
// the program's name, which may hold anything.
const (
	statGroup    = 2
	statResident = 21
)

// resident is what a process group has in memory, in bytes.
func resident(group int) (total int64) {
	want, page := strconv.Itoa(group), int64(os.Getpagesize())
	all, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well-formed
	for _, file := range all {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) <= statResident || fields[statGroup] != want {
			continue
		}
		if pages, err := strconv.ParseInt(fields[statResident], 10, 64); err == nil {
			total += pages * page
		}
	}
	return total
}
