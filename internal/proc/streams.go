//go:build unix

package proc

import (
	"bufio"
	"io"
	"os"
	"strings"
	"sync"
)

// streams are both ends of what the program reads and writes.
type streams struct {
	child   []*os.File // ours only until the program has started
	parent  []*os.File
	readers []func()
}

// connect gives the program its three streams, as pipes or as a terminal.
func (p *Process) connect(o Options) (*streams, error) {
	s := &streams{}
	keep := p.out.add
	stdout := keep
	if o.Stdout != nil {
		stdout = func(piece string) {
			if o.Keep != nil && o.Keep(piece) {
				for line := range strings.SplitSeq(piece, "\n") {
					keep(line)
				}
			}
			o.Stdout(piece)
		}
	}
	if o.Terminal {
		return s, p.connectTerminal(s, plain(stdout))
	}
	in, inW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s.child, s.parent = append(s.child, in), append(s.parent, inW)
	p.cmd.Stdin, p.stdin = in, inW
	for _, to := range []struct {
		file  *io.Writer
		split bufio.SplitFunc
		sink  func(string)
	}{{&p.cmd.Stdout, o.Split, stdout}, {&p.cmd.Stderr, splitLine, keep}} {
		r, w, err := os.Pipe()
		if err != nil {
			s.closeAll()
			return nil, err
		}
		*to.file = w
		s.child, s.parent = append(s.child, w), append(s.parent, r)
		s.readers = append(s.readers, func() { read(p.bounded(r), to.split, p.charged(to.sink)) })
	}
	return s, nil
}

// readAll reads every output to its end; the channel is closed then.
func (s *streams) readAll() <-chan struct{} {
	var wg sync.WaitGroup
	for _, r := range s.readers {
		wg.Go(r)
	}
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	return done
}

func (s *streams) closeChild() {
	for _, f := range s.child {
		f.Close()
	}
}

func (s *streams) closeAll() {
	s.closeChild()
	for _, f := range s.parent {
		f.Close()
	}
}

// pieceCost is what a line, or another piece of output, costs besides its bytes:
// many short ones take longer to read than their bytes tell.
const pieceCost = 64

// charged hands pieces on and ends the program when it has printed more than it
// may. What it has printed by then is still read.
func (p *Process) charged(sink func(string)) func(string) {
	return func(piece string) {
		p.charge(pieceCost)
		sink(piece)
	}
}

// bounded charges for bytes.
func (p *Process) bounded(r io.Reader) io.Reader { return &boundedReader{r, p} }

type boundedReader struct {
	io.Reader
	process *Process
}

func (b *boundedReader) Read(buf []byte) (int, error) {
	n, err := b.Reader.Read(buf)
	b.process.charge(n)
	return n, err
}

func (p *Process) charge(n int) {
	if p.limit == 0 || p.printed.Add(int64(n)) <= p.limit {
		return
	}
	p.stop(ErrFlood)
}
