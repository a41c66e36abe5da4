// Package report is the court record: the versioned results of a run and the
// renderers of them. Every renderer is a pure function of [Results]; the order
// of everything it writes is deterministic.
//
// The results file is described by results.schema.json beside this package.
package report

//go:generate go test -run TestSchemaFileIsUpToDate . -update
