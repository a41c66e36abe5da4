// Package scratch makes temporary folders that do not outlive the process that
// made them for long.
//
// The one invariant: a folder is there until [Folder.Remove]; where its process
// was killed before, the next folder that anybody makes takes it away, together
// with the programs that still run in it.
package scratch
