package main

import (
	"context"
	"os/signal"
	"syscall"
)

// interruptible ends the context at the first signal that asks for the end, or
// when the terminal is closed. After that the default comes back: a second signal
// ends the program at once.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
