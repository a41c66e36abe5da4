package reading

// SecondSession is the action of an attempt in the second session of an
// installation.
const SecondSession = "second-session"
